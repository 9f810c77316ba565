import { hash, randomUUID } from 'node:crypto';
import {
  canonicalJson,
  canonicalKey,
  checkJson,
  checkText,
  composedJson,
  exceededBound,
  furtherFaults,
  idOfArrival,
  isBlank,
  isContainer,
  MAX_FAULTS,
  OnefoldError,
  readCountry,
  readCountryName,
} from '../platform/index.js';
import type { Whereabouts } from '../platform/index.js';
import type { Source } from '../access/index.js';
import { MAX_TYPE } from '../events/index.js';
import { parseChannels } from '../consent/index.js';
import type { ParsedChannels } from '../consent/index.js';
import { inferType, parseLabels } from '../profiles/index.js';
import type { Discovery, LabelNews } from '../profiles/index.js';
import { discoverProperties } from './discover-properties.js';
import type { Item, Quarantined, RawItem } from './item.js';
import type { ItemDefinitions } from './item-definitions.js';
import { NO_IDENTITIES, parseIdentities } from './parse-identities.js';
import { readInstantOf } from './read-instant-of.js';
import type { ReadInstant } from './read-instant-of.js';
import { readItem } from './read-item.js';
import { id, isRecord } from './readers.js';

const MAX_EXTERNAL_ID = 256;
const MAX_KEY = 100;
const MAX_ATTRIBUTES = 200;
const MAX_ITEM_BYTES = 100_000;
/** What is read at all. A value that nests more than 20 deep, but less than this, is named with its path. */
const BOUNDS = { characters: MAX_ITEM_BYTES, depth: 120 };
const TOO_LONG = 'An item holds at most 100,000 characters of JSON. Send less of it.';
const DIGEST_BYTES = 16;
const MAX_AHEAD_MS = 24 * 3_600_000;
const BY_ITSELF = readInstantOf(undefined);
const NONE: ReadonlyMap<string, unknown> = new Map();
const NO_CHANNELS: ParsedChannels = { channels: [], consents: [] };
const NO_LABELS: readonly LabelNews[] = [];
const NO_DISCOVERIES: readonly Discovery[] = [];

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
export function parseItem(raw: unknown, reading: ReadingOf): Item {
  const tooLarge = faultOfSize(raw);
  if (tooLarge) return unread(undefined, reading, [tooLarge], { externalId: nameIn(raw) });
  const { sourceId, keyId, receivedAt, requestedAt, arrival, definitions } = reading;
  const errors: OnefoldError[] = [];
  const warnings: OnefoldError[] = [];
  const source = definitions.sources.get(sourceId);
  const readInstant = readInstantOf(source);
  // What only the source's settings make an instant stays as it came: the digest outlives them.
  const told = readItem(raw, { faults: errors, readInstant: BY_ITSELF });
  if (!told) return unread(raw, reading, errors, { externalId: nameIn(raw) });
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
  const whereabouts = whereaboutsOf(told, source, warnings);
  const context = { source, sourceId, definitions, errors, warnings };
  const { namespaces, purposes } = definitions;
  const when = { occurredAt, receivedAt, readInstant };
  const identities =
    attempt(() =>
      parseIdentities(told.identifiers ?? [], { namespaces, errors, warnings, ...whereabouts, ...when }),
    ) ?? NO_IDENTITIES;
  const event = attempt(() => parseEvent(told, { arrival, warnings }));
  const attributes = attempt(() => parseAttributes(told.attributes, context)) ?? NONE;
  const discoveries = together(
    event ? checkContract(event, context) : NO_DISCOVERIES,
    checkAttributes(attributes, context),
  );
  const consenting = {
    ...{ sourceId, purposes, arrival, ...whereabouts, ...when },
    ...{ isDated: told.occurredAt != null, isEvent: event != null },
  };
  const channels = told.channels?.length
    ? attempt(() => parseChannels(told.channels ?? [], consenting, warnings))
    : NO_CHANNELS;
  const labels = told.tags
    ? parseLabels(told.tags, definitions.labels, source?.unknownTags === 'REJECT' ? errors : warnings)
    : NO_LABELS;
  const body = externalId === null ? canonicalJson(raw) : bodyOf(told);
  if (body.length > MAX_ITEM_BYTES) errors.push(new OnefoldError('TOO_LONG', { message: TOO_LONG }));
  return {
    sourceId,
    keyId,
    externalId,
    digest: digestOf(body),
    size: body.length,
    occurredAt,
    ...identities,
    raw,
    receivedAt,
    requestedAt,
    arrival,
    definitions,
    replayed: reading.replayed,
    event: event ?? null,
    attributes,
    channels: channels ?? NO_CHANNELS,
    labels,
    discoveries,
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
    event: null,
    attributes: NONE,
    channels: NO_CHANNELS,
    labels: NO_LABELS,
    discoveries: NO_DISCOVERIES,
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

/** The body in one spelling. What stands for an absent `occurredAt` is not part of it: a repetition comes later. */
function bodyOf({ occurredAt, identifiers, type, properties, attributes, ...rest }: RawItem): string {
  const { channels, defaultCountry, tags } = rest;
  // In the order that it comes to: that spares the sorting.
  return canonicalJson({
    attributes: attributes ?? undefined,
    channels: channels?.length ? channels : undefined,
    defaultCountry: defaultCountry ?? undefined,
    identifiers: identifiers?.map(identifierIn),
    occurredAt: occurredAt ?? undefined,
    properties: properties ?? undefined,
    tags: tags ?? undefined,
    type: type ?? undefined,
  });
}

/** An identifier that says nothing but who it is has always been a pair in the body. */
function identifierIn(one: unknown): unknown {
  if (!isRecord(one)) return one;
  const { namespace, value, verified } = one;
  return verified == null ? [namespace, value] : [namespace, value, verified];
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

function parseEvent(
  { type, properties }: RawItem,
  { arrival, warnings }: Pick<Item, 'arrival'> & Pick<Checking, 'warnings'>,
): Item['event'] {
  if (type === undefined || type === null) {
    if (properties === undefined || properties === null) return null;
    throw new OnefoldError('REQUIRED', {
      path: ['type'],
      message:
        'Properties belong to an event: give its type, or send facts about the person as `attributes`.',
    });
  }
  if (typeof type !== 'string')
    throw new OnefoldError('INVALID_VALUE', { path: ['type'], message: 'A text is expected here.' });
  const key = canonicalKey(type);
  checkText(key, MAX_TYPE, ['type']);
  const given = properties ?? {};
  checkObject(given, ['properties']);
  checkJson(given, ['properties']);
  return { id: idOfArrival(arrival), type: key, properties: inOneSpelling(given, ['properties'], warnings) };
}

interface Checking extends Pick<ReadingOf, 'sourceId' | 'definitions'> {
  source: Source | undefined;
  /** What the item is rejected for is added to it. */
  errors: OnefoldError[];
  /** What is left out of it is added to it. */
  warnings: OnefoldError[];
}

/** @returns what is new in it */
function checkContract(
  event: NonNullable<Item['event']>,
  { source, sourceId, definitions, errors }: Checking,
): readonly Discovery[] {
  const policy = source?.unknownEvents ?? 'DISCOVER';
  const { type } = event;
  const contract = definitions.contracts.get(type);
  if (contract) {
    const properties = contract.asKept(event.properties, source);
    event.properties = properties;
    const keys = contract.check(properties, policy, errors);
    return discoverProperties({ type, properties, keys, sourceId }, definitions);
  }
  if (policy === 'DISCOVER') {
    const { properties } = event;
    const keys = Object.keys(properties);
    const found = discoverProperties({ type, properties, keys, sourceId }, definitions);
    return definitions.noted.at('EVENT_TYPE', '').has(type)
      ? found
      : [{ kind: 'EVENT_TYPE', of: '', key: type, type: 'JSON', sourceId }, ...found];
  }
  errors.push(new OnefoldError('EVENT_TYPE_UNKNOWN', { path: ['type'] }));
  return NO_DISCOVERIES;
}

function together(a: readonly Discovery[], b: readonly Discovery[]): readonly Discovery[] {
  return a.length === 0 ? b : b.length === 0 ? a : [...a, ...b];
}

/**
 * The attributes that can be kept. What becomes of the others is for the source to say.
 * @throws OnefoldError INVALID_VALUE, TOO_MANY
 */
function parseAttributes(attributes: unknown, context: Checking): ReadonlyMap<string, unknown> {
  if (attributes === undefined || attributes === null) return NONE;
  checkObject(attributes, ['attributes']);
  const { definitions, source } = context;
  const entries = Object.entries(attributes);
  if (entries.length > MAX_ATTRIBUTES) {
    throw new OnefoldError('TOO_MANY', {
      path: ['attributes'],
      message: `An item holds at most ${MAX_ATTRIBUTES} attributes.`,
    });
  }
  const kept = entries.filter(([key, value]) => isKeepable(key, value, context));
  const given = kept.length === entries.length ? attributes : Object.fromEntries(kept);
  const spelled = Object.entries(inOneSpelling(given, ['attributes'], context.warnings)).map(
    ([key, value]): [string, unknown] => [key, definitions.attributes.asKept(key, value, source)],
  );
  return new Map(spelled.filter(([key, value]) => isAttributeUsable(key, value, context)));
}

function isKeepable(key: string, value: unknown, context: Checking): boolean {
  try {
    checkText(canonicalKey(key), MAX_KEY, ['attributes', key]);
    checkJson(value, ['attributes', key]);
    return true;
  } catch (error) {
    if (!(error instanceof OnefoldError)) throw error;
    faultsOfAttributes(context).push(error);
    return false;
  }
}

function isAttributeUsable(key: string, value: unknown, context: Checking): boolean {
  const unusable = faultsOfAttributes(context);
  const before = unusable.length;
  context.definitions.attributes.check(key, value, unusable);
  return unusable.length === before;
}

function faultsOfAttributes({ source, errors, warnings }: Checking): OnefoldError[] {
  return source?.mistypedAttributes === 'REJECT' ? errors : warnings;
}

/** @returns what is new in them */
function checkAttributes(
  attributes: ReadonlyMap<string, unknown>,
  { source, sourceId, definitions, errors }: Checking,
): readonly Discovery[] {
  if (attributes.size === 0) return NO_DISCOVERIES;
  const noted = definitions.noted.at('ATTRIBUTE', '');
  const unknown: Discovery[] = [];
  for (const [key, value] of attributes) {
    if (definitions.attributes.has(key)) continue;
    if (source?.unknownAttributes === 'REJECT')
      errors.push(new OnefoldError('ATTRIBUTE_UNKNOWN', { path: ['attributes', key] }));
    else if (value !== null && !noted.has(key))
      unknown.push({ kind: 'ATTRIBUTE', of: '', key, type: inferType(value), sourceId });
  }
  return unknown.length === 0 ? NO_DISCOVERIES : unknown;
}

/** As `composedJson`. Of names that come to be one, the last one's value stands. */
function inOneSpelling<T extends object>(value: T, path: readonly string[], warnings: OnefoldError[]): T {
  const clashes: (readonly (string | number)[])[] = [];
  const spelled = composedJson(value, path, clashes);
  for (const clash of clashes.slice(0, MAX_FAULTS)) {
    const message =
      'A later name is the same but for its spelling (white space, Unicode): its value is kept.';
    warnings.push(new OnefoldError('INVALID_VALUE', { path: clash, message }));
  }
  if (clashes.length > MAX_FAULTS) warnings.push(furtherFaults(path));
  return spelled as T;
}

function checkObject(value: unknown, path: readonly string[]): asserts value is Record<string, unknown> {
  if (!isContainer(value) || Array.isArray(value)) {
    throw new OnefoldError('INVALID_VALUE', {
      path,
      message: 'An object of names and values is expected here.',
    });
  }
}
