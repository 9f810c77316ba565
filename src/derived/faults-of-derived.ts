import { derivedFigure, faultsIn, ruleContextFor } from '../rules/index.js';
import type { Vocabulary } from '../rules/index.js';

/** What is wrong with each derived attribute, by its key, as the definitions are now: see `faultsIn`. */
export function faultsOfDerived(vocabulary: Vocabulary): ReadonlyMap<string, readonly string[]> {
  const context = ruleContextFor(vocabulary, 'REVIEWED');
  return new Map(
    [...vocabulary.derived].map(([key, definition]) => [
      key,
      faultsIn(vocabulary, context, (by) => derivedFigure(definition, by)),
    ]),
  );
}
