import type { Privacy } from '../../profiles/index.js';
import { derivedFigure } from '../../rules/index.js';
import type { SegmentCatalogue } from '../segment-catalogue.js';
import type { DerivedDefinition } from './derived-attributes.js';

const known = new WeakMap<SegmentCatalogue, Map<string, Privacy | undefined>>();

/** How far the values of a derived attribute are hidden: as what it is made of. */
export function privacyOfDerived(
  definition: DerivedDefinition,
  catalogue: SegmentCatalogue,
): Privacy | undefined {
  const byKey = known.get(catalogue) ?? new Map<string, Privacy | undefined>();
  known.set(catalogue, byKey);
  if (!byKey.has(definition.key))
    byKey.set(definition.key, derivedFigure(definition, catalogue.masked).privacy);
  return byKey.get(definition.key);
}
