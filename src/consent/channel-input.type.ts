import { Field, InputType } from 'type-graphql';
import { DateTime, Json } from '../platform/graphql/index.js';
import type { ChannelType } from './channel-types.js';
import { ChannelTypeEnum, ConsentStateEnum, LegalBasisEnum } from './consent.type.js';
import type { ConsentState, LegalBasis } from './consent-state.js';

@InputType({ description: 'How it was made sure that a channel or an identifier is the person’s own.' })
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
  description: 'What a person said to being addressed on a channel for a purpose. It is added to the ledger.',
})
export class ConsentInput {
  @Field(() => String, { nullable: true, description: 'The key of a purpose; default: `marketing`.' })
  purpose?: string | null;

  @Field(() => ConsentStateEnum, { description: 'What was said.' })
  state!: ConsentState;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'When it was said; default: the `occurredAt` of the item; at most 24 hours ahead. A grant with neither this nor evidence lifts no refusal, unless its item tells an event and has an `occurredAt`.',
  })
  at?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When it stops being valid; absent = never.' })
  expiresAt?: Date | null;

  @Field(() => LegalBasisEnum, { nullable: true, description: 'What makes it lawful.' })
  legalBasis?: LegalBasis | null;

  @Field(() => Json, {
    nullable: true,
    description:
      'What proves it: a form, a recording, where it is kept; at most 10,000 characters of JSON. An undated grant lifts a refusal only with evidence that no older entry has.',
  })
  evidence?: unknown;
}

@InputType({
  description: 'A way to reach the person, and what they said to it. What is absent is not changed.',
})
export class ChannelInput {
  @Field(() => ChannelTypeEnum, { description: 'What kind of way it is.' })
  type!: ChannelType;

  @Field(() => String, {
    description: 'The address, number or token, in whatever spelling; at most 500 characters.',
  })
  endpoint!: string;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether it is in use from `occurredAt` on. A channel is in use unless a source has said otherwise.',
  })
  isActive?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether what is sent there arrives, from `occurredAt` on.',
  })
  isReachable?: boolean | null;

  @Field(() => VerifiedInput, {
    nullable: true,
    description: 'That it is the person’s own, if that was made sure.',
  })
  verified?: VerifiedInput | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The endpoint of the same type whose place it takes: that one is inactive from `occurredAt` on.',
  })
  replaces?: string | null;

  @Field(() => [ConsentInput], { nullable: true, description: 'What was said to it; at most 20.' })
  consents?: ConsentInput[] | null;
}
