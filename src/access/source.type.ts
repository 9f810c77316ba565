import { Field, ObjectType, registerEnumType } from 'type-graphql';
import { DateTime, Node } from '../platform/graphql/index.js';
import type { Epoch, Source, UnknownPolicy, UnusablePolicy } from './source.entity.js';

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

export const UnusablePolicyEnum = { WARN: 'WARN', REJECT: 'REJECT' } as const;
registerEnumType(UnusablePolicyEnum, {
  name: 'UnusablePolicy',
  description: 'What becomes of an item when a part of it that need not be there cannot be used.',
  valuesConfig: {
    WARN: { description: 'The part is left out, and the accepted item says so in `warnings`.' },
    REJECT: { description: 'The item is rejected.' },
  },
});

export const EpochEnum = { SECONDS: 'SECONDS', MILLISECONDS: 'MILLISECONDS' } as const;
registerEnumType(EpochEnum, {
  name: 'Epoch',
  description: 'The unit of numeric timestamps, which count from 1970-01-01T00:00:00Z.',
  valuesConfig: {
    SECONDS: { description: 'Seconds; fractions are taken.' },
    MILLISECONDS: { description: 'Milliseconds.' },
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

  @Field(() => UnusablePolicyEnum, {
    description: 'What becomes of tags, terms and schemas that nobody has defined.',
  })
  unknownTags!: UnusablePolicy;

  @Field(() => UnusablePolicyEnum, {
    description: 'What becomes of attributes whose values are not what their definitions take.',
  })
  mistypedAttributes!: UnusablePolicy;

  @Field(() => String, {
    nullable: true,
    description:
      'Where phone numbers without a country code belong: two letters of ISO 3166-1, such as `NL`. Null = they are not taken.',
  })
  defaultCountry!: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Where times without an offset are told: an IANA name, such as `Europe/Brussels`. Null = they are not taken.',
  })
  timeZone!: string | null;

  @Field(() => EpochEnum, {
    nullable: true,
    description: 'What numbers that stand for instants count. Null = they are not taken.',
  })
  epoch!: Epoch | null;

  @Field(() => DateTime, { description: 'When it was defined.' })
  createdAt!: Date;

  constructor(source: Source) {
    super('source', source.id);
    this.key = source.key;
    this.name = source.name;
    this.unknownAttributes = source.unknownAttributes;
    this.unknownEvents = source.unknownEvents;
    this.unknownTags = source.unknownTags;
    this.mistypedAttributes = source.mistypedAttributes;
    this.defaultCountry = source.defaultCountry;
    this.timeZone = source.timeZone;
    this.epoch = source.epoch;
    this.createdAt = source.createdAt;
  }
}
