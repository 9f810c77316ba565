import type { Standing } from '../../definitions/index.js';
import { termOfLabel } from './label.js';
import type { LabelVocabulary } from './label.js';
import type { LabelRow } from './label.reads.js';
import type { ProfileSchemaDefinition } from './profile-schemas.js';

/** The facets that somebody has, from what stands for their labels: adopted ones, and default ones not dropped. */
export function heldFacets(
  rows: readonly LabelRow[],
  { schemas }: LabelVocabulary,
): { schema: Standing<ProfileSchemaDefinition>; row: LabelRow | undefined }[] {
  const said = new Map(rows.filter(({ kind }) => kind === 'FACET').map((row) => [row.label, row]));
  return [...schemas.values()].flatMap((schema) => {
    const row = said.get(schema.key);
    return (row?.isOn ?? schema.isDefault) ? [{ schema, row }] : [];
  });
}

/** The tags or terms that stand and apply. */
export function heldLabels(
  rows: readonly LabelRow[],
  kind: 'TAG' | 'TERM',
  vocabulary: LabelVocabulary,
): LabelRow[] {
  const on = rows.filter((row) => row.kind === kind && row.isOn);
  if (kind === 'TAG') return on;
  const held = new Set(heldFacets(rows, vocabulary).map(({ schema }) => schema.key));
  return on.filter(({ label }) => {
    const schemas = vocabulary.taxonomies.get(termOfLabel(label).taxonomy)?.schemas;
    return !schemas || schemas.some((schema) => held.has(schema));
  });
}
