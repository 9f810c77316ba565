import { identifierName, isBlocked } from './identifier.js';
import type { Identifier } from './identifier.js';
import type { Namespaces } from './namespaces.js';

/** The identifier that no conflict can put aside: the one of the greatest priority, then the first by value. */
export function strongestOf(
  namespaces: Namespaces,
  identifiers: readonly Identifier[],
): Identifier | undefined {
  return byStrength(
    namespaces,
    identifiers.filter((one) => !isBlocked(namespaces, one)),
  )[0];
}

/** The strongest first. Among equals by name, so that the order within an item says nothing. */
export function byStrength(
  namespaces: Namespaces,
  identifiers: readonly Identifier[],
): readonly Identifier[] {
  if (identifiers.length < 2) return identifiers;
  const priority = (one: Identifier) => namespaces.get(one.namespace)?.priority ?? 0;
  return identifiers.toSorted(
    (a, b) => priority(b) - priority(a) || (identifierName(a) < identifierName(b) ? -1 : 1),
  );
}
