import { canonicalJson } from '../platform/index.js';
import type { RawItem } from './item.js';
import { ITEM_PARTS } from './parts/index.js';
import type { ItemPart } from './parts/item-part.js';
import { isRecord } from './readers.js';

type Digested = (field: unknown) => unknown;

const asItIs: Digested = (field) => field;

/** In the order that canonical JSON brings names into: that spares the sorting. */
const FIELDS: readonly (readonly [string, Digested])[] = [
  ['defaultCountry', asItIs] as const,
  ['identifiers', (given: unknown) => (given as RawItem['identifiers'])?.map(identifierIn)] as const,
  ['occurredAt', asItIs] as const,
  ...ITEM_PARTS.flatMap(fieldsOf),
].sort(([a], [b]) => (a < b ? -1 : 1));

function fieldsOf({ fields, digested = asItIs }: ItemPart): (readonly [string, Digested])[] {
  return Object.keys(fields).map((name) => [name, digested] as const);
}

/**
 * The body of an item in one spelling, for its digest. What stands for an absent `occurredAt` is not part of it: a
 * repetition comes later.
 */
export function bodyOf(told: RawItem): string {
  const body: Record<string, unknown> = {};
  for (const [name, digested] of FIELDS) body[name] = digested(told[name]) ?? undefined;
  return canonicalJson(body);
}

/** An identifier that says nothing but who it is has always been a pair in the body. */
function identifierIn(one: unknown): unknown {
  if (!isRecord(one)) return one;
  const { namespace, value, verified } = one;
  return verified == null ? [namespace, value] : [namespace, value, verified];
}
