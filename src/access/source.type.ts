import { Field, ObjectType, registerEnumType } from 'type-graphql';
import { DateTime, Node } from '../platform/graphql/index.js';
import type { Epoch, Source, UnknownPolicy, UnusablePolicy } from './source.entity.js';

export const UnknownPolicyEnum = { DISCOVER: 'DISCOVER', REJECT: 'REJECT' } as const;
registerEnumType(UnknownPolicyEnum, {
  name: 'UnknownPolicy',
  description: 'What happens to names that are not defined.',
  valuesConfig: {
    DISCOVER: {
      description: 'They are accepted, and listed for approval with the type they seem to have.',
    },
    REJECT: { description: 'An item with one of them is rejected.' },
  },
});

export const UnusablePolicyEnum = { WARN: 'WARN', REJECT: 'REJECT' } as const;
registerEnumType(UnusablePolicyEnum, {
  name: 'UnusablePolicy',
  description: 'What happens to an item when an optional part of it cannot be used.',
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
    SECONDS: { description: 'Seconds; fractions are accepted.' },
    MILLISECONDS: { description: 'Milliseconds.' },
  },
});

@ObjectType('Source', {
  implements: Node,
  simpleResolvers: true,
  description: 'A system that facts come from: a shop, a CRM, an app. Each API key writes as one source.',
})
export class SourceType extends Node {
  readonly typeName = 'Source';

  @Field(() => String, { description: 'The name under which programs refer to it; unique in the workspace.' })
  key!: string;

  @Field(() => String, { description: 'The display name.' })
  name!: string;

  @Field(() => UnknownPolicyEnum, { description: 'What happens to attributes that are not defined.' })
  unknownAttributes!: UnknownPolicy;

  @Field(() => UnknownPolicyEnum, {
    description: 'What happens to event types, and to their properties, that are not defined.',
  })
  unknownEvents!: UnknownPolicy;

  @Field(() => UnusablePolicyEnum, {
    description: 'What happens to tags, terms and schemas that are not defined.',
  })
  unknownTags!: UnusablePolicy;

  @Field(() => UnusablePolicyEnum, {
    description: 'What happens to attributes whose values do not fit their definitions.',
  })
  mistypedAttributes!: UnusablePolicy;

  @Field(() => String, {
    nullable: true,
    description:
      'The country of phone numbers without a country code: two letters of ISO 3166-1, such as `NL`. Null = such numbers are not accepted.',
  })
  defaultCountry!: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The time zone of times without an offset: an IANA name such as `Europe/Brussels`. Null = such times are not accepted.',
  })
  timeZone!: string | null;

  @Field(() => EpochEnum, {
    nullable: true,
    description: 'The unit of numeric timestamps. Null = they are not accepted.',
  })
  epoch!: Epoch | null;

  @Field(() => DateTime, { description: 'When it was created.' })
  createdAt!: Date;

  @Field(() => DateTime, { description: 'When it was last updated, or created if it never was.' })
  updatedAt!: Date;

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
    this.updatedAt = source.updatedAt;
  }

  /** The source as users see it; null where it is not known. */
  static of(source: Source | null | undefined): SourceType | null {
    return source ? new SourceType(source) : null;
  }
}
