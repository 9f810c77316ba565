import type { ChannelType } from './channel-types.js';
import type { Backing, ConsentState, LegalBasis } from './consent-state.js';

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
  verified: (Word & { by: string }) | null;
  firstSeenAt: Date;
  /** To the hour: more would cost a write with every item. */
  lastSeenAt: Date;
  sourceId: string;
}

/** For which instant something was said, and when that arrived. The newest counts, of the same instant the last to arrive. */
interface Word {
  at: Date;
  /** In microseconds since 1970. */
  arrival: number;
}

/** Whether it is so. In one item no wins over yes. */
export interface Flag extends Word {
  is: boolean;
}

/** An entry of the ledger. */
export interface ConsentEntry {
  type: ChannelType;
  endpoint: string;
  purpose: string;
  state: ConsentState;
  at: Date;
  /** What stands for a date that was not stated; null when it was. */
  arrival: number | null;
  backing: Backing;
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
  return (order(a, b) || Number(b.is) - Number(a.is)) > 0 ? a : b;
}

function laterVerified(a: ChannelNews['verified'], b: ChannelNews['verified']): ChannelNews['verified'] {
  if (!a || !b) return a ?? b;
  return (order(a, b) || Number(a.by > b.by)) > 0 ? a : b;
}

function order(a: Word, b: Word): number {
  return a.at.getTime() - b.at.getTime() || a.arrival - b.arrival;
}
