import { hash } from 'node:crypto';
import {
  canonicalJson,
  checkJson,
  checkText,
  exceededBound,
  newId,
  OnefoldError,
  Refusals,
} from '../platform/index.js';
import { MAX_TYPE } from '../events/index.js';
import { parseChannels } from '../consent/index.js';
import type { ParsedChannels } from '../consent/index.js';
import { inferType, parseLabels } from '../profiles/index.js';
import type { Discovery, LabelNews } from '../profiles/index.js';
import { discoverProperties } from './discover-properties.js';
import type { Item, RawItem } from './item.js';
import type { ItemDefinitions } from './item-definitions.js';
import { parseIdentifiers } from './parse-identifiers.js';

const MAX_EXTERNAL_ID = 256;
const MAX_KEY = 100;
const MAX_ATTRIBUTES = 200;
const MAX_ITEM_BYTES = 100_000;
/** What is read at all. A value that nests more than 20 deep, but less than this, is named with its path. */
const BOUNDS = { characters: MAX_ITEM_BYTES, depth: 120 };
const TOO_LONG = 'An item holds at most 100,000 characters of JSON. Send less of it.';
const DIGEST_BYTES = 16;
const MAX_AHEAD_MS = 24 * 3_600_000;
const EARLIEST = new Date('0001-01-01T00:00:00Z');
const NONE: ReadonlyMap<string, unknown> = new Map();
const NO_CHANNELS: ParsedChannels = { channels: [], consents: [] };
const NO_LABELS: readonly LabelNews[] = [];
const NO_DISCOVERIES: readonly Discovery[] = [];

interface ReadingOf {
  sourceId: string;
  keyId: string;
  /** Stands for `occurredAt` when the item has none. */
  receivedAt: Date;
  definitions: ItemDefinitions;
}

/**
 * Reads one item by itself, and names all its faults at once.
 * @throws Refusals when it has no usable externalId, so that it cannot be told from others; or when it is too large to
 * read
 */
export function parseItem(raw: RawItem, { sourceId, keyId, receivedAt, definitions }: ReadingOf): Item {
  const tooLarge = faultOfSize(raw);
  if (tooLarge) throw new Refusals([tooLarge]);
  const errors: OnefoldError[] = [];
  const attempt = <T>(work: () => T): T | undefined => {
    try {
      return work();
    } catch (error) {
      if (error instanceof Refusals) errors.push(...error.refusals);
      else if (error instanceof OnefoldError) errors.push(error);
      else throw error;
      return undefined;
    }
  };
  attempt(() => checkText(raw.externalId, MAX_EXTERNAL_ID, ['externalId']));
  const isNameless = errors.length > 0;
  const occurredAt = attempt(() => parseOccurredAt(raw.occurredAt, receivedAt)) ?? receivedAt;
  const identifiers = attempt(() => parseIdentifiers(definitions.namespaces, raw.identifiers)) ?? [];
  const event = attempt(() => parseEvent(raw));
  const attributes = attempt(() => parseAttributes(raw.attributes));
  const context = { sourceId, definitions, errors };
  const discoveries = together(
    event ? checkContract(event, context) : NO_DISCOVERIES,
    attributes ? checkAttributes(attributes, context) : NO_DISCOVERIES,
  );
  const { purposes } = definitions;
  const channels = raw.channels?.length
    ? attempt(() => parseChannels(raw.channels ?? [], { sourceId, occurredAt, receivedAt, purposes }))
    : NO_CHANNELS;
  const labels = raw.tags ? attempt(() => parseLabels(raw.tags ?? {}, definitions.labels)) : NO_LABELS;
  if (isNameless) throw new Refusals(errors);
  const body = bodyOf(raw);
  if (body.length > MAX_ITEM_BYTES) errors.push(new OnefoldError('TOO_LONG', { message: TOO_LONG }));
  return {
    sourceId,
    keyId,
    externalId: raw.externalId,
    digest: hash('sha256', body, 'buffer').subarray(0, DIGEST_BYTES),
    size: body.length,
    occurredAt,
    identifiers,
    raw,
    receivedAt,
    definitions,
    event: event ?? null,
    attributes: attributes ?? NONE,
    channels: channels ?? NO_CHANNELS,
    labels: labels ?? NO_LABELS,
    discoveries,
    errors,
  };
}

function faultOfSize({ externalId: _checkedByItself, ...body }: RawItem): OnefoldError | null {
  const exceeded = exceededBound(body, BOUNDS);
  if (!exceeded) return null;
  return exceeded === 'depth'
    ? new OnefoldError('INVALID_VALUE', { message: 'An item nests too deep. Send it flatter.' })
    : new OnefoldError('TOO_LONG', { message: TOO_LONG });
}

/** The body in one spelling. What stands for an absent `occurredAt` is not part of it: a repetition comes later. */
function bodyOf({ occurredAt, identifiers, type, properties, attributes, channels, tags }: RawItem): string {
  // In the order that it comes to: that spares the sorting.
  return canonicalJson({
    attributes: attributes ?? undefined,
    channels: channels?.length ? channels : undefined,
    identifiers: identifiers.map(({ namespace, value }) => [namespace, value]),
    occurredAt: occurredAt?.toISOString(),
    properties: properties ?? undefined,
    tags: tags ?? undefined,
    type: type ?? undefined,
  });
}

function parseOccurredAt(occurredAt: Date | null | undefined, now: Date): Date {
  if (!occurredAt) return now;
  if (occurredAt.getTime() > now.getTime() + MAX_AHEAD_MS)
    throw new OnefoldError('OCCURRED_AT_AHEAD', { path: ['occurredAt'] });
  if (occurredAt < EARLIEST) {
    throw new OnefoldError('INVALID_VALUE', {
      path: ['occurredAt'],
      message: '`occurredAt` is before the year 1. Send when it happened.',
    });
  }
  return occurredAt;
}

function parseEvent({ type, properties }: RawItem): Item['event'] {
  if (type === undefined || type === null) {
    if (properties === undefined || properties === null) return null;
    throw new OnefoldError('REQUIRED', {
      path: ['type'],
      message:
        'Properties belong to an event: give its type, or send facts about the person as `attributes`.',
    });
  }
  checkText(type, MAX_TYPE, ['type']);
  const given = properties ?? {};
  checkObject(given, ['properties']);
  checkJson(given, ['properties']);
  return { id: newId(), type, properties: given };
}

interface Checking extends Pick<ReadingOf, 'sourceId' | 'definitions'> {
  /** Faults are added to it. */
  errors: OnefoldError[];
}

/** @returns what is new in it */
function checkContract(
  { type, properties }: NonNullable<Item['event']>,
  { sourceId, definitions, errors }: Checking,
): readonly Discovery[] {
  const policy = definitions.sources.get(sourceId)?.unknownEvents ?? 'DISCOVER';
  const contract = definitions.contracts.get(type);
  if (contract) {
    const keys = contract.check(properties, policy, errors);
    return discoverProperties({ type, properties, keys, sourceId }, definitions);
  }
  if (policy === 'DISCOVER') {
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

function parseAttributes(attributes: unknown): ReadonlyMap<string, unknown> {
  if (attributes === undefined || attributes === null) return NONE;
  checkObject(attributes, ['attributes']);
  const entries = Object.entries(attributes);
  if (entries.length > MAX_ATTRIBUTES) {
    throw new OnefoldError('TOO_MANY', {
      path: ['attributes'],
      message: `An item holds at most ${MAX_ATTRIBUTES} attributes.`,
    });
  }
  for (const [key, value] of entries) {
    checkText(key, MAX_KEY, ['attributes', key]);
    checkJson(value, ['attributes', key]);
  }
  return new Map(entries);
}

/** @returns what is new in them */
function checkAttributes(
  attributes: ReadonlyMap<string, unknown>,
  { sourceId, definitions, errors }: Checking,
): readonly Discovery[] {
  if (attributes.size === 0) return NO_DISCOVERIES;
  const policy = definitions.sources.get(sourceId)?.unknownAttributes ?? 'DISCOVER';
  const noted = definitions.noted.at('ATTRIBUTE', '');
  const unknown: Discovery[] = [];
  for (const [key, value] of attributes) {
    if (definitions.attributes.check(key, value, policy, errors) && value !== null && !noted.has(key))
      unknown.push({ kind: 'ATTRIBUTE', of: '', key, type: inferType(value), sourceId });
  }
  return unknown.length === 0 ? NO_DISCOVERIES : unknown;
}

function checkObject(value: unknown, path: readonly string[]): asserts value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new OnefoldError('INVALID_VALUE', {
      path,
      message: 'An object of names and values is expected here.',
    });
  }
}
