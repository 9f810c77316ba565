import type { OnefoldError } from '../platform/index.js';
import type { RawItem } from './item.js';
import { MAX_IDENTIFIERS } from './parse-identifiers.js';
import { ITEM_PARTS } from './parts/index.js';
import { anything, id, instant, isGivenUp, isRecord, listOf, record, verified } from './readers.js';
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

const identifierFields = record({ namespace: anything, value: id, verified });
/** What is no identifier at all is one that cannot be used, as a wrong value is. */
const identifier: Reader = (value, place) => (isRecord(value) ? identifierFields(value, place) : value);

const ITEM = record({
  externalId: id,
  occurredAt: instant,
  identifiers: listOf(identifier, MAX_IDENTIFIERS),
  defaultCountry: anything,
  ...Object.fromEntries(ITEM_PARTS.flatMap(({ fields }) => Object.entries(fields))),
});
