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
  description: 'What a person said about being contacted for a purpose.',
  valuesConfig: {
    GRANTED: { description: 'The person agreed.' },
    DENIED: { description: 'The person refused.' },
    REVOKED: { description: 'The person withdrew what had been granted.' },
    PENDING: {
      description: 'The person was asked and has not confirmed yet: the first half of a double opt-in.',
    },
    UNKNOWN: { description: 'Nothing valid is known.' },
  },
});

export const LegalBasisEnum = namesOf(LEGAL_BASES);
registerEnumType(LegalBasisEnum, {
  name: 'LegalBasis',
  description: 'A legal basis for contacting somebody, as in article 6 of the GDPR.',
  valuesConfig: {
    CONSENT: { description: 'The person consented.' },
    CONTRACT: { description: 'It is necessary for a contract with the person.' },
    LEGAL_OBLIGATION: { description: 'A law requires it.' },
    LEGITIMATE_INTEREST: { description: 'A legitimate interest outweighs those of the person.' },
    PUBLIC_TASK: { description: 'It is necessary for a task in the public interest.' },
    VITAL_INTERESTS: { description: 'It protects somebody’s life.' },
  },
});

export const ConsentBackingEnum = namesOf(BACKINGS);
registerEnumType(ConsentBackingEnum, {
  name: 'ConsentBacking',
  description:
    'What backs an entry in the consent ledger. It decides whether a grant lifts an earlier refusal.',
  valuesConfig: {
    DATED: {
      description:
        'A date: the entry has an `at`, or its item has an event and an `occurredAt`. A grant lifts earlier refusals.',
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
  description: 'The current consent of a person to being contacted on a channel for a purpose.',
})
export class ConsentType {
  @Field(() => PurposeType, {
    nullable: true,
    description: 'The purpose; null when it is no longer defined.',
  })
  purpose!: PurposeType | null;

  @Field(() => String, { description: 'The key of the purpose.' })
  purposeKey!: string;

  @Field(() => ConsentStateEnum, { description: 'The state. docs/consent.md describes its rules.' })
  state!: ConsentState;

  @Field(() => DateTime, { nullable: true, description: 'When the person said so. Null if that is unknown.' })
  at!: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When it stops being valid; null = never.' })
  expiresAt!: Date | null;

  @Field(() => LegalBasisEnum, {
    nullable: true,
    description: 'The legal basis. Null if none was sent.',
  })
  legalBasis!: LegalBasis | null;

  @Field(() => Json, {
    nullable: true,
    description:
      'The evidence as it was sent, such as a form or a recording. Null if there is none, or if the API key lacks READ_PII.',
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

  @Field(() => Boolean, { description: 'Whether `endpoint` is hidden because the API key lacks READ_PII.' })
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
      'The current consent for each purpose, by key: at most 100. Purposes without a valid one are left out.',
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
  description: 'An entry in the consent ledger. It never changes.',
})
export class ConsentChangeType extends ConsentType {
  @Field(() => ChannelTypeEnum, { description: 'The type of the channel.' })
  channelType!: ChannelType;

  @Field(() => String, { description: 'The endpoint of the channel. `***` where `isMasked`.' })
  endpoint!: string;

  @Field(() => Boolean, { description: 'Whether `endpoint` is hidden because the API key lacks READ_PII.' })
  isMasked!: boolean;

  @Field(() => DateTime, { description: 'When it was received.' })
  receivedAt!: Date;

  @Field(() => ConsentBackingEnum, { description: 'What backs the entry.' })
  backing!: Backing;

  /** Not shown as they are: `channel` is looked up by them. */
  of!: Pick<LedgerRow, 'profileId' | 'type' | 'endpoint'>;
}

export const ConsentChangeConnection = connectionOf('ConsentChange', () => ConsentChangeType);
export type ConsentChangeConnection = Connection<ConsentChangeType>;

function namesOf<Name extends string>(names: readonly Name[]): { [N in Name]: N } {
  return Object.fromEntries(names.map((name) => [name, name])) as { [N in Name]: N };
}
