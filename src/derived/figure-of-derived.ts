import { derivedFigure } from '../rules/index.js';
import type { DerivedDefinition, ReadyFigure, Vocabulary } from '../rules/index.js';
import { maskedContext } from './masked-context.js';

/** What is known of the values of a derived attribute: how far they are hidden, and whether they are money. */
export type FigureOfDerived = Pick<ReadyFigure, 'privacy' | 'money'>;

const known = new WeakMap<Vocabulary, Map<string, FigureOfDerived>>();

/** Read once for a vocabulary. */
export function figureOfDerived(definition: DerivedDefinition, vocabulary: Vocabulary): FigureOfDerived {
  const byKey = known.get(vocabulary) ?? new Map<string, FigureOfDerived>();
  known.set(vocabulary, byKey);
  const figure = byKey.get(definition.key) ?? derivedFigure(definition, maskedContext(vocabulary));
  byKey.set(definition.key, figure);
  return figure;
}
