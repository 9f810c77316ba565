import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { VerifiedInput } from '../consent/channel-input.type.js';
import { DateTime, UserError } from '../platform/graphql/index.js';
import { ITEM_PARTS } from './parts/index.js';
import { addFields } from './parts/input-fields.type.js';

export enum IngestStatus {
  ACCEPTED = 'ACCEPTED',
  DUPLICATE = 'DUPLICATE',
  CONFLICT = 'CONFLICT',
  REJECTED = 'REJECTED',
}
registerEnumType(IngestStatus, {
  name: 'IngestStatus',
  description: 'What became of an item.',
  valuesConfig: {
    ACCEPTED: { description: 'Kept and applied: profile, segments and change log show it already.' },
    DUPLICATE: { description: 'The same item was accepted before; nothing was changed.' },
    CONFLICT: { description: 'Its externalId was accepted before with another body; nothing was changed.' },
    REJECTED: {
      description:
        'Not acceptable, as `errors` say; nothing of it was kept, and it can be sent again once fixed.',
    },
  },
});

@InputType({ description: 'Something that tells who an item is about.' })
export class IdentifierInput {
  @Field(() => String, {
    description:
      'The key of a namespace: `external` (an id in your system), `email`, `phone`, `device`, or one of `identifierNamespaces`.',
  })
  namespace!: string;

  @Field(() => String, {
    description:
      'The value, in whatever spelling: it is normalised as its namespace says. At most 256 characters.',
  })
  value!: string;

  @Field(() => VerifiedInput, {
    nullable: true,
    description:
      'That it is the person’s own, if that was made sure; `by` is here one of the names of `ValidationMethod`, in whatever case. The newest stands.',
  })
  verified?: VerifiedInput | null;
}

@InputType({
  description: 'One fact: something that happened to a person, something known of them, or both.',
})
export class IngestItemInput {
  @Field(() => String, {
    description:
      'Your id of this item, unique in the source of your API key. Sending the same item again under it changes nothing. At most 256 characters.',
  })
  externalId!: string;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When it happened; default: when it was received; at most 24 hours ahead.',
  })
  occurredAt?: Date | null;

  @Field(() => [IdentifierInput], { description: 'Who it is about: 1 to 20 identifiers.' })
  identifiers!: IdentifierInput[];

  @Field(() => String, {
    nullable: true,
    description:
      'Where phone numbers without a country code belong: two letters of ISO 3166-1, such as `NL`. Default: the attribute `country` of the item if it is such letters, else the `defaultCountry` of the source.',
  })
  defaultCountry?: string | null;
}
for (const { input } of ITEM_PARTS) addFields(IngestItemInput, input);

@InputType({ description: 'A batch of items.' })
export class IngestInput {
  @Field(() => [IngestItemInput], {
    description: 'At most 1,000, and 5 MB in all. Each is answered by itself.',
  })
  items!: IngestItemInput[];
}

@ObjectType({ simpleResolvers: true, description: 'The answer to one item.' })
export class IngestResult {
  @Field(() => IngestStatus, { description: 'What became of it.' })
  status!: IngestStatus;

  @Field(() => String, {
    nullable: true,
    description: 'Its externalId; null when it has none that can be used.',
  })
  externalId!: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'The event it told: for a duplicate or a conflict, the first one. Null when there is none.',
  })
  eventId!: string | null;

  @Field(() => ID, { nullable: true, description: 'Whom it is about; null when it was not applied.' })
  profileId!: string | null;

  @Field(() => [UserError], { description: 'Why it was not accepted; empty when it was.' })
  errors!: UserError[];

  @Field(() => [UserError], {
    description:
      'Values that could not be used and were left out. For a duplicate, those that this request would have lost. Empty when there are none.',
  })
  warnings!: UserError[];
}

@ObjectType({ simpleResolvers: true, description: 'The answers to a batch, after it has been committed.' })
export class IngestPayload {
  @Field(() => [IngestResult], { description: 'One for each item, in their order.' })
  results!: () => IngestResult[];

  @Field(() => Int, { description: 'How many were accepted.' })
  accepted!: number;

  @Field(() => Int, { description: 'How many had been accepted before.' })
  duplicates!: number;

  @Field(() => Int, { description: 'How many had an externalId that belongs to something else.' })
  conflicts!: number;

  @Field(() => Int, { description: 'How many were rejected.' })
  rejected!: number;

  @Field(() => Int, { description: 'How many have warnings, whatever became of them.' })
  withWarnings!: number;
}
