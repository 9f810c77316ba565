import { Field, InputType } from 'type-graphql';
import { DateTime, Json } from '../platform/graphql/index.js';
import type { ChannelType } from './channel-types.js';
import { ChannelTypeEnum, ConsentStateEnum, LegalBasisEnum } from './consent.type.js';
import type { ConsentState, LegalBasis } from './consent-state.js';

@InputType({ description: 'How a channel or an identifier was verified as the person’s own.' })
export class VerifiedInput {
  @Field(() => String, {
    description: 'How, such as `code`, `link` or `double-opt-in`; at most 100 characters.',
  })
  by!: string;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When; default: the `occurredAt` of the item; at most 24 hours ahead.',
  })
  at?: Date | null;
}

@InputType({
  description:
    'What a person said about being contacted on a channel for a purpose. It is added to the consent ledger.',
})
export class ConsentInput {
  @Field(() => String, { nullable: true, description: 'The key of a purpose; default: `marketing`.' })
  purpose?: string | null;

  @Field(() => ConsentStateEnum, { description: 'What the person said.' })
  state!: ConsentState;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'When the person said so; at most 24 hours ahead. Default: the `occurredAt` of the item. A grant with neither this nor evidence lifts no refusal, unless its item has an event and an `occurredAt`.',
  })
  at?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When it stops being valid; absent = never.' })
  expiresAt?: Date | null;

  @Field(() => LegalBasisEnum, { nullable: true, description: 'The legal basis.' })
  legalBasis?: LegalBasis | null;

  @Field(() => Json, {
    nullable: true,
    description:
      'The evidence, such as a form, a recording or where it is kept; at most 10,000 characters of JSON. An undated grant lifts a refusal only with evidence that no older entry has.',
  })
  evidence?: unknown;
}

@InputType({
  description: 'A channel of the person, with their consents. Absent fields are not changed.',
})
export class ChannelInput {
  @Field(() => ChannelTypeEnum, { description: 'The type of the channel.' })
  type!: ChannelType;

  @Field(() => String, {
    description: 'The address, number or token, in any spelling; at most 500 characters.',
  })
  endpoint!: string;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether it is in use from `occurredAt` on. A channel is in use unless a source says otherwise.',
  })
  isActive?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether messages to it arrive, from `occurredAt` on.',
  })
  isReachable?: boolean | null;

  @Field(() => VerifiedInput, {
    nullable: true,
    description: 'Records that it was verified as the person’s own.',
  })
  verified?: VerifiedInput | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The endpoint that this one replaces, of the same type. It is inactive from `occurredAt` on.',
  })
  replaces?: string | null;

  @Field(() => [ConsentInput], { nullable: true, description: 'The consents on this channel; at most 20.' })
  consents?: ConsentInput[] | null;
}
