import { identifierName } from './identifier.js';
import type { Identifier } from './identifier.js';
import type { Namespaces } from './namespaces.js';

/** Whether an item says at all who it is about: not all of its identifiers stand for nobody in particular. */
export function isUsable(namespaces: Namespaces, identifiers: readonly Identifier[]): boolean {
  return identifiers.some((one) => !isBlocked(namespaces, one));
}

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

/** Patterns take their time, and a batch asks several times: each identifier remembers the answer. */
const answers = new WeakMap<Identifier, { namespaces: Namespaces; isBlocked: boolean }>();

export function isBlocked(namespaces: Namespaces, identifier: Identifier): boolean {
  const known = answers.get(identifier);
  if (known?.namespaces === namespaces) return known.isBlocked;
  const answer = namespaces.get(identifier.namespace)?.isBlocked(identifier.value) ?? false;
  answers.set(identifier, { namespaces, isBlocked: answer });
  return answer;
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
