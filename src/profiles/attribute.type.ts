import { Field, Float, Int, ObjectType } from 'type-graphql';
import { SourceType } from '../access/source.type.js';
import { AttributeDefinitionType } from './attribute-definition.type.js';
import { connectionOf, DateTime, Json } from '../platform/graphql/index.js';
import type { Connection } from '../platform/graphql/index.js';

@ObjectType('AttributeChange', {
  simpleResolvers: true,
  description: 'A value that a source sent for an audited attribute, whether or not it is the current one.',
})
export class AttributeChangeType {
  @Field(() => Json, {
    nullable: true,
    description: 'The value. Null where `isMasked`, and where the source removed the value.',
  })
  value!: unknown;

  @Field(() => Boolean, {
    description: 'Whether the value or a part of it is hidden because the API key lacks READ_PII.',
  })
  isMasked!: boolean;

  @Field(() => SourceType, { nullable: true, description: 'The source that sent it.' })
  source!: SourceType | null;

  @Field(() => DateTime, { description: 'The `occurredAt` of the item that set it.' })
  setAt!: Date;

  @Field(() => DateTime, { description: 'When it was received.' })
  receivedAt!: Date;
}

export const AttributeChangeConnection = connectionOf('AttributeChange', () => AttributeChangeType);
export type AttributeChangeConnection = Connection<AttributeChangeType>;

@ObjectType({
  simpleResolvers: true,
  description: 'How fresh the current values of one attribute from one source are.',
})
export class AttributeFreshness {
  @Field(() => String, { description: 'The key of the attribute.' })
  key!: string;

  @Field(() => AttributeDefinitionType, {
    nullable: true,
    description: 'The definition of the attribute; null if it is not defined.',
  })
  definition!: AttributeDefinitionType | null;

  @Field(() => SourceType, { nullable: true, description: 'The source.' })
  source!: SourceType | null;

  @Field(() => DateTime, { description: 'The latest `setAt` of these values.' })
  newestAt!: Date;

  @Field(() => Int, { description: 'How many profiles have a current value from the source.' })
  profileCount!: number;

  @Field(() => Float, {
    nullable: true,
    description:
      'The share of these values, from 0 to 1, that are older than `expectedEverySeconds` of the definition. Null if that is not set.',
  })
  staleShare!: number | null;
}
