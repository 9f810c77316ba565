import { canonicalKey, OnefoldError } from '../../platform/index.js';
import { termLabel } from './label.js';
import type { LabelNews, LabelVocabulary } from './label.js';
import type { TermName } from './profile-schemas.js';

/** What an item says of labels, as it came: any of it may be anything. */
export interface RawLabels {
  add?: readonly unknown[] | null;
  remove?: readonly unknown[] | null;
  addTerms?: readonly unknown[] | null;
  removeTerms?: readonly unknown[] | null;
  adopt?: readonly unknown[] | null;
  drop?: readonly unknown[] | null;
}

const MAX_LABELS = 50;

/**
 * Reads what an item says of labels. A profile schema that is adopted brings its own tags and terms. A label that is
 * said twice counts once; a label that is both put on and taken off is taken off.
 * @param faults what is left out is added to it, with paths from the item inwards
 */
export function parseLabels(
  raw: RawLabels,
  { tags, taxonomies, schemas }: LabelVocabulary,
  faults: OnefoldError[],
): LabelNews[] {
  const all = (field: keyof RawLabels): readonly unknown[] => {
    const given = raw[field] ?? [];
    if (given.length <= MAX_LABELS) return given;
    const message = `At most ${MAX_LABELS} are allowed here.`;
    faults.push(new OnefoldError('TOO_MANY', { path: ['tags', field], message }));
    return [];
  };
  const fault = (code: 'TAG_UNKNOWN' | 'TERM_UNKNOWN' | 'SCHEMA_UNKNOWN', field: string, index: number) =>
    void faults.push(new OnefoldError(code, { path: ['tags', field, index] }));
  const news: LabelNews[] = [];
  for (const [field, isOn] of [
    ['add', true],
    ['remove', false],
  ] as const)
    for (const [index, given] of all(field).entries()) {
      const label = keyOf(given);
      if (tags.has(label)) news.push({ kind: 'TAG', label, isOn });
      else fault('TAG_UNKNOWN', field, index);
    }
  for (const [field, isOn] of [
    ['addTerms', true],
    ['removeTerms', false],
  ] as const)
    for (const [index, name] of all(field).entries()) {
      const given = (name ?? {}) as TermName;
      const [taxonomy, term] = [keyOf(given.taxonomy), keyOf(given.term)];
      if (taxonomies.get(taxonomy)?.terms.some(({ key }) => key === term))
        news.push({ kind: 'TERM', label: termLabel({ taxonomy, term }), isOn });
      else fault('TERM_UNKNOWN', field, index);
    }
  for (const [field, isOn] of [
    ['adopt', true],
    ['drop', false],
  ] as const)
    for (const [index, key] of all(field).entries()) {
      const schema = schemas.get(keyOf(key));
      if (!schema) {
        fault('SCHEMA_UNKNOWN', field, index);
        continue;
      }
      news.push({ kind: 'FACET', label: schema.key, isOn });
      if (!isOn) continue;
      news.push(...schema.tags.map((label): LabelNews => ({ kind: 'TAG', label, isOn })));
      news.push(...schema.terms.map((name): LabelNews => ({ kind: 'TERM', label: termLabel(name), isOn })));
    }
  return once(news);
}

/** A value that is not a text names nothing. */
function keyOf(given: unknown): string {
  return typeof given === 'string' ? canonicalKey(given) : '';
}

function once(news: readonly LabelNews[]): LabelNews[] {
  const byLabel = new Map<string, LabelNews>();
  for (const one of news) {
    const name = `${one.kind} ${one.label}`;
    if (byLabel.get(name)?.isOn !== false) byLabel.set(name, one);
  }
  return [...byLabel.values()];
}
