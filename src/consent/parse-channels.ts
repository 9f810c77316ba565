import { canonicalKey, checkJson, checkText, isContainer, OnefoldError } from '../platform/index.js';
import type { Whereabouts } from '../platform/index.js';
import { CHANNEL_TYPES, normalizeEndpoint } from './channel-types.js';
import type { ChannelType } from './channel-types.js';
import type { ChannelNews, ConsentEntry, ParsedChannels, RawChannel, RawConsent } from './channel.js';
import type { Backing } from './consent-state.js';
import { DEFAULT_PURPOSE } from './purposes.js';

export const MAX_CHANNELS = 20;
export const MAX_CONSENTS = 20;
/** It is part of a key: PostgreSQL's index entries end at some 2,700 bytes. */
const MAX_ENDPOINT = 500;
const MAX_EVIDENCE = 10_000;
const MAX_AHEAD_MS = 24 * 3_600_000;
const HOUR_MS = 3_600_000;

interface ParseChannels extends Whereabouts {
  sourceId: string;
  occurredAt: Date;
  receivedAt: Date;
  arrival: number;
  /** Whether the item states its `occurredAt`. */
  isDated: boolean;
  /** Whether it tells an event. */
  isEvent: boolean;
  purposes: ReadonlyMap<string, unknown>;
  /** Gives the instant that a value tells; or says, for people, why it tells none. */
  readInstant: (value: unknown) => Date | string;
}

type Path = readonly (string | number)[];

/**
 * Reads what an item tells of channels and consent.
 * @param raw in place of a channel whose form could not be read there is null
 * @param faults what is left out is added to it, with paths from the item inwards
 * @throws OnefoldError TOO_MANY
 */
export function parseChannels(
  raw: readonly (RawChannel | null)[],
  item: ParseChannels,
  faults: OnefoldError[],
): ParsedChannels {
  if (raw.length > MAX_CHANNELS) {
    throw new OnefoldError('TOO_MANY', {
      path: ['channels'],
      message: `An item tells of at most ${MAX_CHANNELS} channels.`,
    });
  }
  const parsed = raw.flatMap((channel, index) =>
    channel ? parseChannel(channel, ['channels', index], item, faults) : [],
  );
  return {
    channels: parsed.flatMap(({ channels }) => channels),
    consents: parsed.flatMap(({ consents }) => consents),
  };
}

function parseChannel(
  raw: RawChannel,
  path: Path,
  item: ParseChannels,
  faults: OnefoldError[],
): ParsedChannels[] {
  const attempt = <T>(work: () => T): T | undefined => {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof OnefoldError)) throw error;
      faults.push(error);
      return undefined;
    }
  };
  const { type, occurredAt: at, arrival } = { ...raw, ...item };
  const endpoint = attempt(() => parseEndpoint(type, raw.endpoint, [...path, 'endpoint'], item));
  const replaced =
    raw.replaces == null
      ? null
      : attempt(() => parseEndpoint(type, raw.replaces ?? '', [...path, 'replaces'], item));
  const verified =
    raw.verified && attempt(() => parseVerified(raw.verified ?? { by: '' }, [...path, 'verified'], item));
  if ((raw.consents?.length ?? 0) > MAX_CONSENTS) {
    const message = `A channel takes at most ${MAX_CONSENTS} consents in an item.`;
    throw new OnefoldError('TOO_MANY', { path: [...path, 'consents'], message });
  }
  const consents = (raw.consents ?? []).flatMap((consent, index) => {
    const one = consent && attempt(() => parseConsent(consent, [...path, 'consents', index], item, faults));
    return one && endpoint !== undefined ? [{ ...one, type, endpoint }] : [];
  });
  if (endpoint === undefined) return [];
  const news = (known: string, isActive: boolean | null | undefined): ChannelNews => ({
    type,
    endpoint: known,
    active: isActive == null ? null : { is: isActive, at, arrival },
    reachable: null,
    verified: null,
    firstSeenAt: at,
    lastSeenAt: new Date(Math.floor(at.getTime() / HOUR_MS) * HOUR_MS),
    sourceId: item.sourceId,
  });
  const told: ChannelNews = {
    ...news(endpoint, raw.isActive),
    reachable: raw.isReachable == null ? null : { is: raw.isReachable, at, arrival },
    verified: verified ?? null,
  };
  const retired = replaced != null && replaced !== endpoint ? [news(replaced, false)] : [];
  return [{ channels: [told, ...retired], consents }];
}

/** In canonical form. */
function parseEndpoint(type: ChannelType, endpoint: unknown, path: Path, whereabouts: Whereabouts): string {
  if (endpoint === undefined || endpoint === null) throw new OnefoldError('REQUIRED', { path });
  if (typeof endpoint !== 'string')
    throw new OnefoldError('INVALID_VALUE', { path, message: 'A text is expected here.' });
  checkText(canonicalKey(endpoint), MAX_ENDPOINT, path);
  const normalized = normalizeEndpoint(type, endpoint, whereabouts);
  if (normalized !== null) return normalized;
  throw new OnefoldError('CHANNEL_INVALID', {
    path,
    message: `The endpoint of a channel of the type ${type} is ${CHANNEL_TYPES[type].endpoint}. Fix it, or leave the channel out.`,
  });
}

function parseVerified(
  { by, at }: NonNullable<RawChannel['verified']>,
  path: Path,
  item: ParseChannels,
): ChannelNews['verified'] {
  checkText(by, 100, [...path, 'by']);
  return { by, at: parseInstant(at, [...path, 'at'], item), arrival: item.arrival };
}

/** An entry with anything wrong is left out; but a refusal is too important, and goes without what is wrong. */
function parseConsent(
  raw: RawConsent,
  path: Path,
  item: ParseChannels,
  faults: OnefoldError[],
): Omit<ConsentEntry, 'type' | 'endpoint'> {
  const purpose = canonicalKey(raw.purpose ?? DEFAULT_PURPOSE);
  if (!item.purposes.has(purpose)) throw new OnefoldError('PURPOSE_UNKNOWN', { path: [...path, 'purpose'] });
  const isRefusal = raw.state === 'REVOKED' || raw.state === 'DENIED';
  const orElse = <T>(fallback: T, work: () => T): T => {
    try {
      return work();
    } catch (error) {
      if (!isRefusal || !(error instanceof OnefoldError)) throw error;
      faults.push(error);
      return fallback;
    }
  };
  const evidence = orElse(null, () => parseEvidence(raw.evidence ?? null, [...path, 'evidence']));
  // A date that cannot be read dates nothing.
  const stated = raw.at == null ? null : orElse(null, () => parseInstant(raw.at, [...path, 'at'], item));
  const at = stated ?? item.occurredAt;
  const expiresAt = orElse(null, () => parseExpiry(raw.expiresAt, at, [...path, 'expiresAt'], item));
  return {
    ...{ purpose, state: raw.state, at, expiresAt, legalBasis: raw.legalBasis ?? null, evidence },
    arrival: stated || item.isDated ? null : item.arrival,
    backing: backingOf(stated, raw.evidence, item),
  };
}

/** That an item without an event states an instant dates no consent: imports stamp the rows of a list with their own. */
function backingOf(stated: Date | null, evidence: unknown, { isDated, isEvent }: ParseChannels): Backing {
  if (stated || (isDated && isEvent)) return 'DATED';
  return proves(evidence) ? 'EVIDENCE' : 'NONE';
}

/** Blank texts, and lists and objects of nothing else, prove nothing. */
function proves(evidence: unknown): boolean {
  if (typeof evidence === 'string') return evidence.trim() !== '';
  if (isContainer(evidence)) return Object.values(evidence).some(proves);
  return evidence != null && evidence !== false;
}

function parseEvidence(evidence: unknown, path: Path): unknown {
  checkJson(evidence, path);
  if (JSON.stringify(evidence).length > MAX_EVIDENCE)
    throw new OnefoldError('TOO_LONG', {
      path,
      message: 'Evidence holds at most 10,000 characters of JSON. Send where it is kept.',
    });
  return evidence;
}

function parseExpiry(expiresAt: unknown, at: Date, path: Path, item: ParseChannels): Date | null {
  if (expiresAt == null) return null;
  const instant = instantOf(expiresAt, path, item);
  if (instant > at) return instant;
  throw new OnefoldError('INVALID_VALUE', {
    path,
    message: 'It would expire before it was given. Leave `expiresAt` out when it does not expire.',
  });
}

function parseInstant(at: unknown, path: Path, item: ParseChannels): Date {
  if (at == null) return item.occurredAt;
  const instant = instantOf(at, path, item);
  if (instant.getTime() > item.receivedAt.getTime() + MAX_AHEAD_MS)
    throw new OnefoldError('OCCURRED_AT_AHEAD', { path });
  return instant;
}

/** @throws OnefoldError INVALID_VALUE */
function instantOf(value: unknown, path: Path, { readInstant }: ParseChannels): Date {
  const instant = readInstant(value);
  if (typeof instant !== 'string') return instant;
  throw new OnefoldError('INVALID_VALUE', { path, message: instant });
}
