import type { ChannelType } from './channel-types.js';
import type { ConsentState, LegalBasis } from './consent-state.js';

/** A way to reach a person, as an item tells of it. */
export interface RawChannel {
  type: ChannelType;
  endpoint?: unknown;
  isActive?: boolean | null;
  isReachable?: boolean | null;
  verified?: { by: string; at?: unknown } | null;
  replaces?: unknown;
  /** In place of an entry whose form could not be read there is null. */
  consents?: readonly (RawConsent | null)[] | null;
}

export interface RawConsent {
  purpose?: string | null;
  state: ConsentState;
  at?: unknown;
  expiresAt?: unknown;
  legalBasis?: LegalBasis | null;
  evidence?: unknown;
}

/** What one side knows of a channel. Joined with what others know it does not matter who told first. */
export interface ChannelNews {
  type: ChannelType;
  /** In canonical form. */
  endpoint: string;
  active: Flag | null;
  reachable: Flag | null;
  verified: { by: string; at: Date } | null;
  firstSeenAt: Date;
  /** To the hour: more would cost a write with every item. */
  lastSeenAt: Date;
  sourceId: string;
}

/** Whether it is so, and since when. Of two the newer counts; of the same instant the one that says no. */
export interface Flag {
  is: boolean;
  at: Date;
}

/** An entry of the ledger. */
export interface ConsentEntry {
  type: ChannelType;
  endpoint: string;
  purpose: string;
  state: ConsentState;
  at: Date;
  expiresAt: Date | null;
  legalBasis: LegalBasis | null;
  evidence: unknown;
}

/** What an item tells of channels. */
export interface ParsedChannels {
  channels: readonly ChannelNews[];
  consents: readonly ConsentEntry[];
}

/** What two tellings of one channel by one side say together. */
export function joinChannels(a: ChannelNews, b: ChannelNews): ChannelNews {
  const isNewer =
    b.lastSeenAt > a.lastSeenAt ||
    (b.lastSeenAt.getTime() === a.lastSeenAt.getTime() && b.sourceId < a.sourceId);
  const newer = isNewer ? b : a;
  return {
    ...newer,
    active: laterFlag(a.active, b.active),
    reachable: laterFlag(a.reachable, b.reachable),
    verified: laterVerified(a.verified, b.verified),
    firstSeenAt: a.firstSeenAt < b.firstSeenAt ? a.firstSeenAt : b.firstSeenAt,
  };
}

function laterFlag(a: Flag | null, b: Flag | null): Flag | null {
  if (!a || !b) return a ?? b;
  if (a.at.getTime() === b.at.getTime()) return a.is ? b : a;
  return a.at > b.at ? a : b;
}

function laterVerified(a: ChannelNews['verified'], b: ChannelNews['verified']): ChannelNews['verified'] {
  if (!a || !b) return a ?? b;
  if (a.at.getTime() === b.at.getTime()) return a.by > b.by ? a : b;
  return a.at > b.at ? a : b;
}
