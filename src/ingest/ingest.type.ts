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
  description: 'The outcome of one item.',
  valuesConfig: {
    ACCEPTED: { description: 'Stored and applied. Profile, segments and change log show it already.' },
    DUPLICATE: { description: 'The same item was accepted before. Nothing was changed.' },
    CONFLICT: { description: 'Its externalId was accepted before with another body. Nothing was changed.' },
    REJECTED: {
      description:
        'Not applied; `errors` says why. It is kept in quarantine, and can be sent again once it is fixed.',
    },
  },
});

@InputType({ description: 'An identifier of the person that an item is about.' })
export class IdentifierInput {
  @Field(() => String, {
    description:
      'The key of a namespace: `external` (an id in your system), `email`, `phone`, `device`, or one of `identifierNamespaces`.',
  })
  namespace!: string;

  @Field(() => String, {
    description:
      'The value, in any spelling: it is normalized as its namespace says. At most 256 characters.',
  })
  value!: string;

  @Field(() => VerifiedInput, {
    nullable: true,
    description:
      'Records that it was verified as the person’s own. `by` is one of the names of `VerificationMethod`, in any case. The latest verification wins.',
  })
  verified?: VerifiedInput | null;
}

@InputType({
  description: 'One fact about a person: an event, what is known about them, or both.',
})
export class IngestItemInput {
  @Field(() => String, {
    description:
      'Your id for this item, unique within the source of your API key. Sending the same item again under the same id changes nothing. At most 256 characters.',
  })
  externalId!: string;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When it happened, at most 24 hours ahead. Default: when it was received.',
  })
  occurredAt?: Date | null;

  @Field(() => [IdentifierInput], { description: 'The identifiers of the person: 1 to 20.' })
  identifiers!: IdentifierInput[];

  @Field(() => String, {
    nullable: true,
    description:
      'The country of phone numbers without a country code: two letters of ISO 3166-1, such as `NL`. Default: the attribute `country` of the item if that is such a code, else the `defaultCountry` of the source.',
  })
  defaultCountry?: string | null;
}
for (const { input } of ITEM_PARTS) addFields(IngestItemInput, input);

@InputType({ description: 'A batch of items.' })
export class IngestInput {
  @Field(() => [IngestItemInput], {
    description: 'At most 1,000 items, and 5 MB in all. Each item has its own answer.',
  })
  items!: IngestItemInput[];
}

@ObjectType({ simpleResolvers: true, description: 'The answer to one item.' })
export class IngestResult {
  @Field(() => IngestStatus, { description: 'The outcome.' })
  status!: IngestStatus;

  @Field(() => String, {
    nullable: true,
    description: 'The externalId of the item. Null when it has none that can be used.',
  })
  externalId!: string | null;

  @Field(() => ID, {
    nullable: true,
    description:
      'The event of the item; for a duplicate or a conflict, the event that was accepted first. Null when there is none.',
  })
  eventId!: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'The profile that the item is about. Null when it was not applied.',
  })
  profileId!: string | null;

  @Field(() => [UserError], { description: 'Why it was not accepted. Empty when it was.' })
  errors!: UserError[];

  @Field(() => [UserError], {
    description:
      'Values that could not be used and were left out. For a duplicate: the values that this request would have lost. Empty when there are none.',
  })
  warnings!: UserError[];
}

@ObjectType({ simpleResolvers: true, description: 'The answers to a batch, given after its commit.' })
export class IngestPayload {
  @Field(() => [IngestResult], {
    description: 'One for each item, in the order of the items: at most 1,000.',
  })
  results!: () => IngestResult[];

  @Field(() => Int, { description: 'How many items were accepted.' })
  accepted!: number;

  @Field(() => Int, { description: 'How many items had been accepted before.' })
  duplicates!: number;

  @Field(() => Int, {
    description: 'How many items had an externalId that was accepted before with another body.',
  })
  conflicts!: number;

  @Field(() => Int, { description: 'How many items were rejected.' })
  rejected!: number;

  @Field(() => Int, { description: 'How many items have warnings, whatever their outcome.' })
  withWarnings!: number;
}
