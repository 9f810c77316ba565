import { Field, ObjectType, registerEnumType } from 'type-graphql';
import type { Source } from '../access/index.js';
import { SourceType } from '../access/source.type.js';
import { connectionOf, DateTime, Json } from '../platform/graphql/index.js';
import type { Connection } from '../platform/graphql/index.js';
import { MASK } from '../platform/index.js';
import { CHANNEL_TYPES } from './channel-types.js';
import type { ChannelType } from './channel-types.js';
import type { ChannelRow, ConsentRow, LedgerRow } from './consent.reads.js';
import { BACKINGS, CONSENT_STATES, LEGAL_BASES } from './consent-state.js';
import type { Backing, ConsentState, LegalBasis } from './consent-state.js';

export const ChannelTypeEnum = namesOf(Object.keys(CHANNEL_TYPES) as ChannelType[]);
registerEnumType(ChannelTypeEnum, {
  name: 'ChannelType',
  description: 'A way to reach a person.',
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
  description: 'What a person said to being addressed for a purpose.',
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
  description: 'What a person says to being addressed on a channel for a purpose, now.',
})
export class ConsentType {
  @Field(() => String, { description: 'The key of the purpose.' })
  purpose!: string;

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
    description: 'What proves it, as it was sent: a form, a recording. Null without the scope READ_PII.',
  })
  evidence!: unknown;

  @Field(() => SourceType, { nullable: true, description: 'The source that told of it; null when none did.' })
  source!: SourceType | null;
}

@ObjectType('Channel', {
  simpleResolvers: true,
  description: 'A way to reach a person. Those that are no longer used stay, inactive.',
})
export class ChannelNode {
  @Field(() => ChannelTypeEnum, { description: 'What kind of way it is.' })
  type!: ChannelType;

  @Field(() => String, {
    description: 'The address, number or token in its canonical form. `***` without the scope READ_PII.',
  })
  endpoint!: string;

  @Field(() => Boolean, { description: 'Whether it is in use.' })
  isActive!: boolean;

  @Field(() => Boolean, {
    nullable: true,
    description:
      '`true`: the newest report says that messages arrive. `false`: it is a delivery failure. Null = no source has reported either.',
  })
  isReachable!: boolean | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When it was made sure that it is the person’s own; null = never.',
  })
  verifiedAt!: Date | null;

  @Field(() => String, { nullable: true, description: 'How that was made sure; null when it was not.' })
  verifiedBy!: string | null;

  @Field(() => DateTime, { description: 'The earliest instant for which a source told of it.' })
  firstSeenAt!: Date;

  @Field(() => DateTime, { description: 'The latest, to the hour.' })
  lastSeenAt!: Date;

  @Field(() => SourceType, { nullable: true, description: 'The source that told of it last.' })
  source!: SourceType | null;

  @Field(() => [ConsentType], {
    description:
      'What stands for each purpose, by key. Purposes of which nothing valid is known are left out: UNKNOWN.',
  })
  consents!: ConsentType[];
}

@ObjectType('ConsentChange', {
  simpleResolvers: true,
  description: 'An entry in the ledger of consent: it is never changed.',
})
export class ConsentChangeType extends ConsentType {
  @Field(() => ChannelTypeEnum, { description: 'The type of the channel.' })
  channel!: ChannelType;

  @Field(() => String, { description: 'The endpoint of the channel. `***` without the scope READ_PII.' })
  endpoint!: string;

  @Field(() => DateTime, { description: 'When it arrived here.' })
  receivedAt!: Date;

  @Field(() => ConsentBackingEnum, { description: 'What it rests on.' })
  backing!: Backing;
}

export const ConsentChangeConnection = connectionOf('ConsentChange', () => ConsentChangeType);
export type ConsentChangeConnection = Connection<ConsentChangeType>;

/** What the viewer may see of rows. */
interface Showing {
  sources: ReadonlyMap<string, Source>;
  seesPersonal: boolean;
}

export function toConsent(row: ConsentRow, { sources, seesPersonal }: Showing): ConsentType {
  const source = sources.get(row.sourceId);
  return {
    purpose: row.purpose,
    state: row.state,
    at: new Date(row.at),
    expiresAt: row.expiresAt === null ? null : new Date(row.expiresAt),
    legalBasis: row.legalBasis,
    evidence: seesPersonal ? row.evidence : null,
    source: source ? new SourceType(source) : null,
  };
}

export function toChannel(row: ChannelRow, showing: Showing): ChannelNode {
  const source = showing.sources.get(row.sourceId);
  return {
    ...row,
    endpoint: showing.seesPersonal ? row.endpoint : MASK,
    source: source ? new SourceType(source) : null,
    consents: row.consents.map((consent) => toConsent(consent, showing)),
  };
}

export function toConsentChange(row: LedgerRow, showing: Showing): ConsentChangeType {
  return {
    ...toConsent(row, showing),
    channel: row.type,
    endpoint: showing.seesPersonal ? row.endpoint : MASK,
    receivedAt: row.receivedAt,
    backing: row.backing,
  };
}

function namesOf<Name extends string>(names: readonly Name[]): { [N in Name]: N } {
  return Object.fromEntries(names.map((name) => [name, name])) as { [N in Name]: N };
}
