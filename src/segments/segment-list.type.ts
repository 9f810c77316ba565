import { Field, InputType, registerEnumType } from 'type-graphql';
import { OrderDirection } from '../platform/graphql/index.js';
import { SegmentState } from './segment.type.js';

@InputType({ description: 'Narrows a list of segments. Every field that is given must match.' })
export class SegmentFilterInput {
  @Field(() => [SegmentState], { nullable: true, description: 'Only segments in these states.' })
  states?: SegmentState[] | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Only segments with these keys: at most 500. Unknown keys are left out.',
  })
  keys?: string[] | null;

  @Field(() => String, {
    nullable: true,
    description: 'Only segments with this text in their key, name or description. Capitals do not matter.',
  })
  text?: string | null;
}

export enum SegmentOrderField {
  KEY = 'KEY',
  NAME = 'NAME',
  CREATED_AT = 'CREATED_AT',
  UPDATED_AT = 'UPDATED_AT',
  SIZE = 'SIZE',
}
registerEnumType(SegmentOrderField, {
  name: 'SegmentOrderField',
  description: 'What segments are ordered by.',
  valuesConfig: {
    KEY: { description: 'The key.' },
    NAME: { description: 'The name. Capitals do not matter.' },
    CREATED_AT: { description: 'When the segment was created.' },
    UPDATED_AT: { description: 'When its definition last changed.' },
    SIZE: { description: 'How many people belong to it now. Pages move as sizes change.' },
  },
});

@InputType({ description: 'How segments are ordered.' })
export class SegmentOrder {
  @Field(() => SegmentOrderField, { description: 'What they are ordered by.' })
  field!: SegmentOrderField;

  @Field(() => OrderDirection, { defaultValue: 'ASC', description: 'Which way.' })
  direction!: OrderDirection;
}
