import { hash, randomUUID } from 'node:crypto';
import {
  canonicalJson,
  canonicalKey,
  checkText,
  exceededBound,
  isBlank,
  OnefoldError,
  readCountry,
  readCountryName,
} from '../platform/index.js';
import type { Whereabouts } from '../platform/index.js';
import type { Source } from '../access/index.js';
import { bodyOf } from './body-of.js';
import type { Item, Quarantined, RawItem } from './item.js';
import type { ItemDefinitions } from './item-definitions.js';
import { NO_IDENTITIES, parseIdentities } from './parse-identities.js';
import { NOTHING_SAID, valuesBy } from './parts/index.js';
import type { ItemReading } from './parts/item-part.js';
import { readInstantOf } from './read-instant-of.js';
import type { ReadInstant } from './read-instant-of.js';
import { readItem } from './read-item.js';
import { id, isRecord } from './readers.js';

const MAX_EXTERNAL_ID = 256;
const MAX_ITEM_BYTES = 100_000;
/** What is read at all. A value that nests more than 20 deep, but less than this, is named with its path. */
const BOUNDS = { characters: MAX_ITEM_BYTES, depth: 120 };
const TOO_LONG = 'An item holds at most 100,000 characters of JSON. Send less of it.';
const DIGEST_BYTES = 16;
const MAX_AHEAD_MS = 24 * 3_600_000;
const BY_ITSELF = readInstantOf(undefined);

interface ReadingOf {
  sourceId: string;
  keyId: string;
  /** Stands for `occurredAt` when the item has none. */
  receivedAt: Date;
  /** When the request came that brought it; of a replay, the replay's. */
  requestedAt: Date;
  /** Its place among everything received: see `nextArrivals`. */
  arrival: number;
  definitions: ItemDefinitions;
  /** Of a replay: what lay in quarantine when it was read. */
  replayed?: Quarantined | undefined;
}

/** Reads one item by itself, and names all its faults at once. */
export function parseItem(raw: unknown, asked: ReadingOf): Item {
  const tooLarge = faultOfSize(raw);
  if (tooLarge) return unread(undefined, asked, [tooLarge], { externalId: nameIn(raw) });
  const { sourceId, keyId, receivedAt, requestedAt, arrival, definitions } = asked;
  const errors: OnefoldError[] = [];
  const warnings: OnefoldError[] = [];
  const source = definitions.sources.get(sourceId);
  const readInstant = readInstantOf(source);
  // What only the source's settings make an instant stays as it came: the digest outlives them.
  const told = readItem(raw, { faults: errors, readInstant: BY_ITSELF });
  if (!told) return unread(raw, asked, errors, { externalId: nameIn(raw) });
  const attempt = <T>(work: () => T): T | undefined => {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof OnefoldError)) throw error;
      errors.push(error);
      return undefined;
    }
  };
  const externalId = attempt(() => parseExternalId(told.externalId)) ?? null;
  const occurredAt = attempt(() => parseOccurredAt(told.occurredAt, receivedAt, readInstant)) ?? receivedAt;
  const { namespaces, noted, ofParts } = definitions;
  // Its fields are written out, as those of the item below: each object that is spread takes a microsecond.
  const reading: ItemReading = {
    ...whereaboutsOf(told, source, warnings),
    source,
    sourceId,
    occurredAt,
    receivedAt,
    arrival,
    readInstant,
    namespaces,
    noted,
    errors,
    warnings,
    discoveries: [],
  };
  const identities = attempt(() => parseIdentities(told.identifiers ?? [], reading)) ?? NO_IDENTITIES;
  const said = valuesBy(
    (part) => attempt(() => part.parse(told, reading, ofParts[part.name])) ?? part.nothing,
  );
  const body = externalId === null ? canonicalJson(raw) : bodyOf(told);
  if (body.length > MAX_ITEM_BYTES) errors.push(new OnefoldError('TOO_LONG', { message: TOO_LONG }));
  return {
    ...said,
    sourceId,
    keyId,
    externalId,
    raw,
    receivedAt,
    requestedAt,
    arrival,
    definitions,
    occurredAt,
    replayed: asked.replayed,
    digest: digestOf(body),
    size: body.length,
    identifiers: identities.identifiers,
    verifications: identities.verifications,
    discoveries: reading.discoveries,
    errors,
    warnings,
  };
}

/** An item of which nothing else can be told than that it is wrong. @param raw undefined when it is too large to be kept */
function unread(
  raw: unknown,
  { sourceId, keyId, receivedAt, requestedAt, arrival, definitions, replayed }: ReadingOf,
  errors: readonly OnefoldError[],
  { externalId }: { externalId: string | null },
): Item {
  const body = raw === undefined ? randomUUID() : canonicalJson(raw);
  return {
    ...{ sourceId, keyId, externalId, raw, receivedAt, requestedAt, arrival, definitions, replayed, errors },
    digest: digestOf(body),
    size: body.length,
    occurredAt: receivedAt,
    ...NO_IDENTITIES,
    ...NOTHING_SAID,
    discoveries: [],
    warnings: [],
  };
}

function digestOf(body: string): Buffer {
  return hash('sha256', body, 'buffer').subarray(0, DIGEST_BYTES);
}

function faultOfSize(raw: unknown): OnefoldError | null {
  const exceeded = exceededBound(raw, BOUNDS);
  if (!exceeded) return null;
  return exceeded === 'depth'
    ? new OnefoldError('INVALID_VALUE', { message: 'An item nests too deep. Send it flatter.' })
    : new OnefoldError('TOO_LONG', { message: TOO_LONG });
}

/** The externalId of an item that is not read any further. */
function nameIn(raw: unknown): string | null {
  try {
    return isRecord(raw) ? parseExternalId(id(raw.externalId)) : null;
  } catch {
    return null;
  }
}

/** @throws OnefoldError REQUIRED, TOO_LONG, INVALID_VALUE */
function parseExternalId(externalId: unknown): string {
  const path = ['externalId'];
  if (externalId === undefined || externalId === null) throw new OnefoldError('REQUIRED', { path });
  if (typeof externalId !== 'string') {
    throw new OnefoldError('INVALID_VALUE', {
      path,
      message: 'A text is expected here, or a whole number.',
    });
  }
  checkText(externalId, MAX_EXTERNAL_ID, path);
  return externalId;
}

/** Where the item's local phone numbers belong. If it names a country that nobody knows, that is not the source's. */
function whereaboutsOf(
  { defaultCountry, attributes }: RawItem,
  source: Source | undefined,
  warnings: OnefoldError[],
): Whereabouts {
  const own = readCountry(defaultCountry);
  if (own !== null) return { country: own };
  if (defaultCountry != null) {
    const message = 'The two letters of a country are expected here (ISO 3166-1), such as NL.';
    warnings.push(new OnefoldError('INVALID_VALUE', { path: ['defaultCountry'], message }));
  }
  const told = attributeIn(attributes, 'country');
  const country = readCountryName(told);
  if (country !== null || [defaultCountry, told].some(saysSomething)) return { country };
  return { country: source?.defaultCountry ?? null, isUsual: true };
}

/** The value of an attribute, however its key is spelled: of several the last one's, as it is kept. */
function attributeIn(attributes: unknown, wanted: string): unknown {
  if (!isRecord(attributes)) return undefined;
  const key = Object.keys(attributes).findLast((one) => canonicalKey(one) === wanted);
  return key === undefined ? undefined : attributes[key];
}

function saysSomething(value: unknown): boolean {
  return value != null && !(typeof value === 'string' && isBlank(value));
}

function parseOccurredAt(told: unknown, now: Date, readInstant: ReadInstant): Date {
  if (told === undefined || told === null) return now;
  const occurredAt = readInstant(told);
  if (typeof occurredAt === 'string')
    throw new OnefoldError('INVALID_VALUE', { path: ['occurredAt'], message: occurredAt });
  if (occurredAt.getTime() > now.getTime() + MAX_AHEAD_MS)
    throw new OnefoldError('OCCURRED_AT_AHEAD', { path: ['occurredAt'] });
  return occurredAt;
}
