import { turns } from '../platform/index.js';
import type { Item } from './item.js';
import type { ItemDefinitions } from './item-definitions.js';
import { parseItem } from './parse-item.js';

/**
 * Items are read before their batch begins, by the definitions as they were then. Those that were read by others than
 * `definitions` are read again. @returns them in their order
 */
export async function withCurrentDefinitions(
  definitions: ItemDefinitions,
  items: readonly Item[],
): Promise<readonly Item[]> {
  if (items.every((item) => item.definitions === definitions)) return items;
  const current: Item[] = [];
  for (const item of items) {
    const turn = turns.next(item.keyId);
    if (turn) await turn;
    // What was too large to be read is so by any definitions.
    const isCurrent = item.definitions === definitions || item.raw === undefined;
    current.push(isCurrent ? item : parseItem(item.raw, { ...item, definitions }));
  }
  return current;
}
