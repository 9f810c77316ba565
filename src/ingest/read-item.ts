import { CHANNEL_TYPES, CONSENT_STATES, LEGAL_BASES, MAX_CHANNELS, MAX_CONSENTS } from '../consent/index.js';
import type { OnefoldError } from '../platform/index.js';
import type { RawItem } from './item.js';
import { MAX_IDENTIFIERS } from './parse-identifiers.js';
import { anything, flag, id, instant, isGivenUp, isRecord, listOf, oneOf, record, text } from './readers.js';
import type { Reader } from './readers.js';
import type { ReadInstant } from './read-instant-of.js';

interface ReadItem {
  /** What cannot be read is added to it, with paths from the item inwards. */
  faults: OnefoldError[];
  readInstant: ReadInstant;
}

/**
 * Brings an item as it came into the form of `RawItem`: GraphQL's own reading of it would fail the whole request for
 * one wrong item. What must be there, and what values are good for, is looked at afterwards.
 * @returns undefined when it is no object, or has more faults than are named
 */
export function readItem(raw: unknown, { faults, readInstant }: ReadItem): RawItem | undefined {
  const place = { path: [], faults, readInstant };
  const told = ITEM(raw, place);
  return isGivenUp(place) ? undefined : (told as RawItem | undefined);
}

const verified = record({ by: text, at: instant }, { needed: ['by'] });

const identifierFields = record({ namespace: anything, value: id, verified });
/** What is no identifier at all is one that cannot be used, as a wrong value is. */
const identifier: Reader = (value, place) => (isRecord(value) ? identifierFields(value, place) : value);

const consent = record(
  {
    purpose: text,
    state: oneOf(CONSENT_STATES),
    at: instant,
    expiresAt: instant,
    legalBasis: oneOf(LEGAL_BASES),
    evidence: anything,
  },
  { needed: ['state'] },
);

const channel = record(
  {
    type: oneOf(Object.keys(CHANNEL_TYPES)),
    endpoint: id,
    isActive: flag,
    isReachable: flag,
    verified,
    replaces: id,
    consents: listOf(consent, MAX_CONSENTS),
  },
  { needed: ['type'] },
);

const names = listOf(anything);

const ITEM = record({
  externalId: id,
  occurredAt: instant,
  identifiers: listOf(identifier, MAX_IDENTIFIERS),
  type: anything,
  properties: anything,
  attributes: anything,
  defaultCountry: anything,
  channels: listOf(channel, MAX_CHANNELS),
  tags: record({ add: names, remove: names, addTerms: names, removeTerms: names, adopt: names, drop: names }),
});
