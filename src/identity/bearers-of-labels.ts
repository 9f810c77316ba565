import type { IdentifierRow } from './identifier.reads.js';
import { semanticTypeOf } from './namespaces.js';
import type { Namespaces } from './namespaces.js';

/**
 * A merge may bring together identifiers with one label and one semantic type. One of them shows it: one of the
 * profile's own side before one that was absorbed, then the first in the list; an undo gives the others theirs back.
 * @param rows the identifiers of one profile, the longest known first
 * @returns those that show their label
 */
export function bearersOfLabels(
  rows: readonly IdentifierRow[],
  namespaces: Namespaces,
): ReadonlySet<IdentifierRow> {
  const isOwn = (row: IdentifierRow) => row.recordedProfileId === row.profileId;
  const bearers = new Map<string, IdentifierRow>();
  for (const row of [...rows.filter(isOwn), ...rows.filter((one) => !isOwn(one))]) {
    const place = `${semanticTypeOf(namespaces, row.namespace)} ${row.label}`;
    if (row.label !== null && !bearers.has(place)) bearers.set(place, row);
  }
  return new Set(bearers.values());
}
