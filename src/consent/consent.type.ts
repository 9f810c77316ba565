import { Field, ObjectType, registerEnumType } from 'type-graphql';
import { SourceType } from '../access/source.type.js';
import { connectionOf, DateTime, Json, Node } from '../platform/graphql/index.js';
import type { Connection } from '../platform/graphql/index.js';
import { Profile } from '../profiles/profile.type.js';
import { CHANNEL_TYPES } from './channel-types.js';
import type { ChannelType } from './channel-types.js';
import type { LedgerRow } from './consent.reads.js';
import { BACKINGS, CONSENT_STATES, LEGAL_BASES } from './consent-state.js';
import type { Backing, ConsentState, LegalBasis } from './consent-state.js';
import { PurposeType } from './purpose.type.js';

export const ChannelTypeEnum = namesOf(Object.keys(CHANNEL_TYPES) as ChannelType[]);
registerEnumType(ChannelTypeEnum, {
  name: 'ChannelType',
  description: 'The type of a channel.',
  valuesConfig: Object.fromEntries(
    Object.entries(CHANNEL_TYPES).map(([type, { endpoint }]) => [
      type,
      { description: `Its endpoint is ${endpoint}.` },
    ]),
  ),
});

export const ConsentStateEnum = namesOf(CONSENT_STATES);
registerEnumType(ConsentStateEnum, {
  name: 'ConsentState',
  description: 'What a person said to being contacted for a purpose.',
  valuesConfig: {
    GRANTED: { description: 'Yes.' },
    DENIED: { description: 'No, when asked.' },
    REVOKED: { description: 'No longer, after it was granted.' },
    PENDING: { description: 'Asked, and not confirmed yet: the first half of a double opt-in.' },
    UNKNOWN: { description: 'Nothing valid is known.' },
  },
});

export const LegalBasisEnum = namesOf(LEGAL_BASES);
registerEnumType(LegalBasisEnum, {
  name: 'LegalBasis',
  description: 'What makes it lawful, in the terms of article 6 of the GDPR.',
  valuesConfig: {
    CONSENT: { description: 'The person consented.' },
    CONTRACT: { description: 'A contract with the person calls for it.' },
    LEGAL_OBLIGATION: { description: 'A law obliges to it.' },
    LEGITIMATE_INTEREST: { description: 'An interest that outweighs those of the person.' },
    PUBLIC_TASK: { description: 'A task in the public interest.' },
    VITAL_INTERESTS: { description: 'Somebody’s life.' },
  },
});

export const ConsentBackingEnum = namesOf(BACKINGS);
registerEnumType(ConsentBackingEnum, {
  name: 'ConsentBacking',
  description:
    'What an entry in the ledger of consent rests on. It decides whether a grant lifts an earlier refusal.',
  valuesConfig: {
    DATED: {
      description:
        'A date: it has an `at`, or its item tells an event and has an `occurredAt`. A grant lifts refusals before it.',
    },
    EVIDENCE: {
      description:
        'No date, but evidence. A grant lifts refusals before it, if no older entry has the same evidence.',
    },
    NONE: { description: 'Neither. A grant lifts no refusal.' },
  },
});

@ObjectType('Consent', {
  simpleResolvers: true,
  description: 'What a person says now to being contacted on a channel for a purpose.',
})
export class ConsentType {
  @Field(() => PurposeType, {
    nullable: true,
    description: 'The purpose; null when it is no longer defined.',
  })
  purpose!: PurposeType | null;

  @Field(() => String, { description: 'The key of the purpose.' })
  purposeKey!: string;

  @Field(() => ConsentStateEnum, { description: 'The state that stands, by the rules of docs/consent.md.' })
  state!: ConsentState;

  @Field(() => DateTime, { nullable: true, description: 'When it was said; null when nothing was.' })
  at!: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When it stops being valid; null = never.' })
  expiresAt!: Date | null;

  @Field(() => LegalBasisEnum, {
    nullable: true,
    description: 'What makes it lawful; null when it was not said.',
  })
  legalBasis!: LegalBasis | null;

  @Field(() => Json, {
    nullable: true,
    description:
      'What proves it, as it was sent: a form, a recording. Null when nothing does, or when the key lacks READ_PII.',
  })
  evidence!: unknown;

  @Field(() => SourceType, {
    nullable: true,
    description: 'The source that sent it; null when none did.',
  })
  source!: SourceType | null;
}

@ObjectType('Channel', {
  implements: Node,
  simpleResolvers: true,
  description:
    'An address at which a person can be contacted. Channels that are no longer used stay, inactive.',
})
export class ChannelNode extends Node {
  readonly typeName = 'Channel';

  @Field(() => ChannelTypeEnum, { description: 'The type of the channel.' })
  type!: ChannelType;

  @Field(() => String, {
    description: 'The address, number or token in its canonical form. `***` where `isMasked`.',
  })
  endpoint!: string;

  @Field(() => Boolean, { description: 'Whether `endpoint` is hidden, because the key lacks READ_PII.' })
  isMasked!: boolean;

  @Field(() => Profile, { description: 'The profile that the channel belongs to.' })
  profile!: Profile;

  @Field(() => Boolean, { description: 'Whether the channel is in use.' })
  isActive!: boolean;

  @Field(() => Boolean, {
    nullable: true,
    description:
      '`true`: the newest report says that messages arrive. `false`: it is a delivery failure. Null = no source has reported either.',
  })
  isReachable!: boolean | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the channel was verified as the person’s own; null = it was not.',
  })
  verifiedAt!: Date | null;

  @Field(() => String, { nullable: true, description: 'How the channel was verified; null = it was not.' })
  verifiedBy!: string | null;

  @Field(() => DateTime, { description: 'The earliest instant for which a source sent the channel.' })
  firstSeenAt!: Date;

  @Field(() => DateTime, {
    description: 'The latest instant for which a source sent the channel, to the hour.',
  })
  lastSeenAt!: Date;

  @Field(() => SourceType, {
    nullable: true,
    description: 'The source that sent the channel last; null when it is unknown.',
  })
  source!: SourceType | null;

  @Field(() => [ConsentType], {
    description:
      'What stands for each purpose, by key: at most 100. Purposes for which nothing valid is known are left out.',
  })
  consents!: ConsentType[];

  constructor(id: string) {
    super('channel', id);
  }
}

export const ChannelConnection = connectionOf('Channel', () => ChannelNode);
export type ChannelConnection = Connection<ChannelNode>;

@ObjectType('ConsentChange', {
  simpleResolvers: true,
  description: 'An entry in the ledger of consent. It is never changed.',
})
export class ConsentChangeType extends ConsentType {
  @Field(() => ChannelTypeEnum, { description: 'The type of the channel.' })
  channelType!: ChannelType;

  @Field(() => String, { description: 'The endpoint of the channel. `***` where `isMasked`.' })
  endpoint!: string;

  @Field(() => Boolean, { description: 'Whether `endpoint` is hidden, because the key lacks READ_PII.' })
  isMasked!: boolean;

  @Field(() => DateTime, { description: 'When it arrived here.' })
  receivedAt!: Date;

  @Field(() => ConsentBackingEnum, { description: 'What the entry rests on.' })
  backing!: Backing;

  /** Not shown as they are: `channel` is looked up by them. */
  of!: Pick<LedgerRow, 'profileId' | 'type' | 'endpoint'>;
}

export const ConsentChangeConnection = connectionOf('ConsentChange', () => ConsentChangeType);
export type ConsentChangeConnection = Connection<ConsentChangeType>;

function namesOf<Name extends string>(names: readonly Name[]): { [N in Name]: N } {
  return Object.fromEntries(names.map((name) => [name, name])) as { [N in Name]: N };
}
