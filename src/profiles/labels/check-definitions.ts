import { checkDefinitionKey, checkName, refuseInUse } from '../../definitions/index.js';
import { checkText, OnefoldError } from '../../platform/index.js';
import type { Transaction } from '../../platform/index.js';
import { labelVocabulary } from './label.js';
import type { LabelVocabulary } from './label.js';
import { profileSchemas } from './profile-schemas.js';
import type { ProfileSchemaDefinition } from './profile-schemas.js';
import { taxonomies } from './taxonomies.js';
import type { LocalizedText, TaxonomyDefinition } from './taxonomies.js';

const MAX_TERMS = 2_000;
const MAX_DEPTH = 20;
const MAX_LOCALES = 50;
const MAX_LIST = 200;
const MAX_BADGE = 16;

type Path = readonly (string | number)[];

/**
 * Refuses that a tag, a term or a profile schema goes which other definitions name.
 * @throws OnefoldError DEFINITION_IN_USE that says which
 */
export async function refuseNamed(
  tx: Transaction,
  gone: { tag: string } | { facet: string } | { taxonomy: string; isLeft(term: string): boolean },
  path: Path,
): Promise<void> {
  const vocabulary = await labelVocabulary.read(tx);
  const names = (schema: ProfileSchemaDefinition) =>
    ('tag' in gone && schema.tags.includes(gone.tag)) ||
    ('taxonomy' in gone &&
      schema.terms.some(({ taxonomy, term }) => taxonomy === gone.taxonomy && !gone.isLeft(term)));
  const users = [
    ...[...vocabulary.schemas.values()]
      .filter(names)
      .map(({ key }) => profileSchemas.asUser(tx.workspaceId, key)),
    ...[...vocabulary.taxonomies.values()]
      .filter((taxonomy) => 'facet' in gone && taxonomy.schemas?.includes(gone.facet))
      .map(({ key }) => taxonomies.asUser(tx.workspaceId, key)),
  ];
  refuseInUse(users, path);
}

/** @throws OnefoldError with the path of what is wrong; TERM_UNKNOWN where a parent is none or above itself */
export function checkTaxonomy(taxonomy: TaxonomyDefinition, vocabulary: LabelVocabulary): void {
  checkLabels(taxonomy.labels, ['labels']);
  for (const [index, schema] of (taxonomy.schemas ?? []).entries())
    if (!vocabulary.schemas.has(schema))
      throw new OnefoldError('SCHEMA_UNKNOWN', { path: ['schemas', index] });
  checkCount(taxonomy.terms, MAX_TERMS, ['terms']);
  const parents = new Map(taxonomy.terms.map(({ key, parent }) => [key, parent]));
  const depths = depthsOf(parents);
  const seen = new Set<string>();
  for (const [index, { key, label, labels, parent }] of taxonomy.terms.entries()) {
    const path = ['terms', String(index)];
    checkDefinitionKey(key, [...path, 'key']);
    if (seen.has(key)) throw new OnefoldError('KEY_TAKEN', { path: [...path, 'key'] });
    seen.add(key);
    checkName(label, [...path, 'label']);
    checkLabels(labels, [...path, 'labels']);
    if (parent !== null && !parents.has(parent))
      throw new OnefoldError('TERM_UNKNOWN', { path: [...path, 'parent'] });
    refuseDepth(depths.get(key) ?? 1, [...path, 'parent']);
  }
}

/** @throws OnefoldError with the path of what is wrong */
export function checkProfileSchema(schema: ProfileSchemaDefinition, vocabulary: LabelVocabulary): void {
  if (schema.badge !== null) checkText(schema.badge, MAX_BADGE, ['badge']);
  checkCount(schema.attributes, MAX_LIST, ['attributes']);
  for (const [index, key] of schema.attributes.entries()) checkText(key, 100, ['attributes', index]);
  checkCount(schema.tags, MAX_LIST, ['tags']);
  for (const [index, key] of schema.tags.entries())
    if (!vocabulary.tags.has(key)) throw new OnefoldError('TAG_UNKNOWN', { path: ['tags', index] });
  checkCount(schema.terms, MAX_LIST, ['terms']);
  for (const [index, { taxonomy, term }] of schema.terms.entries())
    if (!vocabulary.taxonomies.get(taxonomy)?.terms.some(({ key }) => key === term))
      throw new OnefoldError('TERM_UNKNOWN', { path: ['terms', index] });
}

function refuseDepth(depth: number, path: Path): void {
  if (depth <= MAX_DEPTH) return;
  const message =
    depth === Infinity
      ? 'The term would be above itself. Choose another parent.'
      : `Terms nest at most ${MAX_DEPTH} deep. Choose a parent further up.`;
  throw new OnefoldError('INVALID_VALUE', { path, message });
}

/** How deep each term lies, 1 at the top; Infinity = it is above itself. Each way up is walked once. */
function depthsOf(parents: ReadonlyMap<string, string | null>): ReadonlyMap<string, number> {
  const depths = new Map<string, number>();
  for (const term of parents.keys()) {
    const way = new Set<string>();
    let at: string | null | undefined = term;
    for (; at != null && !depths.has(at) && !way.has(at); at = parents.get(at)) way.add(at);
    const above = at == null ? 0 : (depths.get(at) ?? 0);
    let depth = above === Infinity ? 0 : above;
    let isInCircle = at != null && way.has(at);
    for (const one of [...way].reverse()) {
      depths.set(one, isInCircle ? Infinity : (depth += 1));
      if (one === at) isInCircle = false;
    }
  }
  return depths;
}

function checkLabels(labels: readonly LocalizedText[], path: Path): void {
  checkCount(labels, MAX_LOCALES, path);
  for (const [index, { locale, text }] of labels.entries()) {
    const here = [...path, index].map(String);
    try {
      Intl.getCanonicalLocales(locale);
    } catch {
      throw new OnefoldError('INVALID_VALUE', {
        path: [...here, 'locale'],
        message: 'The tag of a language is expected here, such as nl or nl-BE.',
      });
    }
    checkName(text, [...here, 'text']);
  }
}

function checkCount(list: readonly unknown[], most: number, path: Path): void {
  if (list.length > most)
    throw new OnefoldError('TOO_MANY', { path, message: `At most ${most} are kept here.` });
}
