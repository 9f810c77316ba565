import { Field, ObjectType, registerEnumType } from 'type-graphql';
import { DateTime, Node } from '../platform/graphql/index.js';
import type { Source, UnknownPolicy } from './source.entity.js';

export const UnknownPolicyEnum = { DISCOVER: 'DISCOVER', REJECT: 'REJECT' } as const;
registerEnumType(UnknownPolicyEnum, {
  name: 'UnknownPolicy',
  description: 'What becomes of names that nobody has defined.',
  valuesConfig: {
    DISCOVER: {
      description: 'They are taken as they come, and listed for approval with the type they seem to have.',
    },
    REJECT: { description: 'An item with one of them is rejected.' },
  },
});

@ObjectType('Source', {
  implements: Node,
  simpleResolvers: true,
  description:
    'A system that facts come from: a shop, a CRM, an app. Each API key writes in the name of one.',
})
export class SourceType extends Node {
  readonly typeName = 'Source';

  @Field(() => String, { description: 'The name under which programs refer to it; unique in the workspace.' })
  key!: string;

  @Field(() => String, { description: 'The name for people.' })
  name!: string;

  @Field(() => UnknownPolicyEnum, { description: 'What becomes of attributes that nobody has defined.' })
  unknownAttributes!: UnknownPolicy;

  @Field(() => UnknownPolicyEnum, {
    description: 'What becomes of types of events, and of their properties, that nobody has defined.',
  })
  unknownEvents!: UnknownPolicy;

  @Field(() => DateTime, { description: 'When it was defined.' })
  createdAt!: Date;

  constructor(source: Source) {
    super('source', source.id);
    this.key = source.key;
    this.name = source.name;
    this.unknownAttributes = source.unknownAttributes;
    this.unknownEvents = source.unknownEvents;
    this.createdAt = source.createdAt;
  }
}
