import type { Privacy } from '../profiles/index.js';
import { derivedFigure } from '../rules/index.js';
import type { DerivedDefinition, Vocabulary } from '../rules/index.js';
import { maskedContext } from './masked-context.js';

const known = new WeakMap<Vocabulary, Map<string, Privacy | undefined>>();

/** How far the values of a derived attribute are hidden: as far as what it is made of. */
export function privacyOfDerived(definition: DerivedDefinition, vocabulary: Vocabulary): Privacy | undefined {
  const byKey = known.get(vocabulary) ?? new Map<string, Privacy | undefined>();
  known.set(vocabulary, byKey);
  if (!byKey.has(definition.key))
    byKey.set(definition.key, derivedFigure(definition, maskedContext(vocabulary)).privacy);
  return byKey.get(definition.key);
}
