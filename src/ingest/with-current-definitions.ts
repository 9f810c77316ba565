import type { Item } from './item.js';
import type { ItemDefinitions } from './item-definitions.js';
import { parseItem } from './parse-item.js';

/**
 * Items are read before their batch begins, by the definitions as they were then. Those that were read by others than
 * `definitions` are read again. @returns them in their order
 */
export function withCurrentDefinitions(
  definitions: ItemDefinitions,
  items: readonly Item[],
): readonly Item[] {
  if (items.every((item) => item.definitions === definitions)) return items;
  return items.map((item) =>
    item.definitions === definitions ? item : parseItem(item.raw, { ...item, definitions }),
  );
}
