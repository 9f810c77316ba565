import { identifierName } from '../identity/index.js';
import { bucketOf } from '../platform/index.js';
import { receiptName } from './claim-receipts.js';
import { isNamed } from './item.js';
import type { Item } from './item.js';

/**
 * Parts items so that batches of different parts can go side by side: items that are linked by identifiers, here,
 * come into one part, and those about one identifier into the same part in every request. Batches that met at a
 * person would wait for each other from their first look to their commit. Items with one externalId come into one
 * part as well, whoever they are about: the first of them is the one that is accepted.
 */
export function partByPeople(items: readonly Item[], parts: number): Item[][] {
  if (parts === 1) return [[...items]];
  const links = new Links();
  const names = items.map(namesOf);
  for (const [first = '', ...others] of names) for (const other of others) links.add(first, other);
  const leaders = new Map<string, string>();
  items.forEach((item, index) => {
    if (!isNamed(item)) return;
    const [receipt, first = ''] = [receiptName(item), names[index]?.[0]];
    const leader = leaders.get(receipt);
    if (leader === undefined) leaders.set(receipt, first);
    else links.add(leader, first);
  });
  const parted = Array.from({ length: parts }, (): Item[] => []);
  items.forEach((item, index) => {
    parted[bucketOf(links.first(names[index]?.[0] ?? '')) % parts]?.push(item);
  });
  return parted;
}

/** An item whose identifiers cannot be read is about nobody, but it may have its externalId. */
function namesOf(item: Item): string[] {
  if (item.identifiers.length > 0) return item.identifiers.map(identifierName);
  return isNamed(item) ? [receiptName(item)] : [];
}

/** Names that are linked, however far around, stand for each other: union-find with the least name as the root. */
class Links {
  private readonly parents = new Map<string, string>();

  add(a: string, b: string): void {
    const [one, other] = [this.first(a), this.first(b)];
    if (one < other) this.parents.set(other, one);
    if (other < one) this.parents.set(one, other);
  }

  /** The least of the names that this one is linked with. Every step shortens the way for those who come after. */
  first(name: string): string {
    let least = name;
    for (let next = this.parents.get(least); next !== undefined; next = this.parents.get(least)) {
      this.parents.set(least, this.parents.get(next) ?? next);
      least = next;
    }
    return least;
  }
}
