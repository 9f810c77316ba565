import { DefinitionSet } from '../../definitions/index.js';
import type { Definition } from '../../definitions/index.js';

/** A text in a language, by its BCP 47 tag such as `nl-BE`. */
export interface LocalizedText {
  locale: string;
  text: string;
}

export interface TermDefinition {
  key: string;
  label: string;
  labels: readonly LocalizedText[];
  /** The key of the term above it; null = it is at the top. */
  parent: string | null;
}

/** A tree of terms that people can be sorted by. */
export interface TaxonomyDefinition extends Definition {
  labels: readonly LocalizedText[];
  /** Keys of the profile schemas to whose holders it applies; null = to all. */
  schemas: readonly string[] | null;
  terms: readonly TermDefinition[];
}

function terms(tree: Readonly<Record<string, readonly string[]>>): TermDefinition[] {
  const term = (key: string, parent: string | null): TermDefinition => {
    const label = (key.split('.').at(-1) ?? '').replaceAll('-', ' ');
    return { key, label: `${label.slice(0, 1).toUpperCase()}${label.slice(1)}`, labels: [], parent };
  };
  return Object.entries(tree).flatMap(([key, children]) => [
    term(key, null),
    ...children.map((child) => term(`${key}.${child}`, key)),
  ]);
}

/** What interactions are about, and in which mood. Events name the same keys as `theme`, `subTheme`, `sentiment`. */
const TAXONOMIES: readonly TaxonomyDefinition[] = [
  {
    key: 'themes',
    label: 'Themes',
    description: null,
    labels: [],
    schemas: null,
    terms: terms({
      account: ['login', 'personal-data', 'closing'],
      billing: ['invoice', 'payment', 'refund'],
      delivery: ['late', 'damaged', 'lost'],
      loyalty: ['points', 'tier', 'rewards'],
      product: ['quality', 'availability', 'information'],
      service: ['staff', 'waiting', 'opening-hours'],
    }),
  },
  {
    key: 'sentiment',
    label: 'Sentiment',
    description: null,
    labels: [],
    schemas: null,
    terms: terms({ negative: [], neutral: [], positive: [] }),
  },
];

export const taxonomies = new DefinitionSet<TaxonomyDefinition>({
  kind: 'TAXONOMY',
  name: 'taxonomy',
  shipped: TAXONOMIES,
  limit: 100,
});

/** A term and all below it. Empty when there is no such term. */
export function withDescendants({ terms: all }: TaxonomyDefinition, key: string): string[] {
  if (!all.some((term) => term.key === key)) return [];
  const below = Map.groupBy(all, ({ parent }) => parent);
  const found = [key];
  // Grows while it is gone through. Taxonomies have no circles.
  for (const one of found) found.push(...(below.get(one) ?? []).map((child) => child.key));
  return found;
}

const indexes = new WeakMap<readonly TermDefinition[], ReadonlyMap<string, TermDefinition>>();

/** The terms above a term, from the top, and the term itself. Empty when there is no such term. */
export function pathTo({ terms: all }: TaxonomyDefinition, key: string): TermDefinition[] {
  const byKey = indexes.get(all) ?? new Map(all.map((term) => [term.key, term]));
  indexes.set(all, byKey);
  const path: TermDefinition[] = [];
  for (let term = byKey.get(key); term; term = byKey.get(term.parent ?? '')) path.unshift(term);
  return path;
}
