import type { Namespaces } from '../identity/index.js';
import { Refusals } from '../platform/index.js';
import { rejected } from './item.js';
import type { Item, Outcome } from './item.js';
import { parseIdentifiers } from './parse-identifiers.js';

/**
 * Items are read before their batch begins, by the namespaces as they were then. Those that were read by others than
 * `namespaces` are read again. @returns in their order, the items, or the refusal of what can no longer be read
 */
export function withCurrentNamespaces(
  namespaces: Namespaces,
  items: readonly Item[],
): readonly (Item | Outcome)[] {
  if (items.every((item) => item.namespaces === namespaces)) return items;
  return items.map((item) => {
    if (item.namespaces === namespaces) return item;
    try {
      return { ...item, namespaces, identifiers: parseIdentifiers(namespaces, item.rawIdentifiers) };
    } catch (error) {
      if (!(error instanceof Refusals)) throw error;
      return rejected(item.externalId, error.refusals);
    }
  });
}
