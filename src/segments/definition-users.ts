import type { Transaction } from '../platform/index.js';
import { rebuild } from './rebuild.js';
import { segmentCatalogue } from './segment-catalogue.js';

/** Segments as users of definitions that rank below them: see `DefinitionUsers`. */
export const segmentsAsUsers = {
  async of(tx: Transaction, dependency: string): Promise<readonly string[]> {
    const { byKey } = await segmentCatalogue.read(tx);
    return [...byKey.values()]
      .filter(({ dependsOn }) => dependsOn.has(dependency))
      .map(({ definition }) => `the segment "${definition.key}"`);
  },

  /** Rules are read by the definitions as they are now; builds then bring everybody's membership in line. */
  async follow(tx: Transaction, dependency: string, now: Date): Promise<void> {
    const { byDependency } = await segmentCatalogue.read(tx);
    const ids = (byDependency.get(dependency) ?? []).map(({ definition }) => definition.id);
    if (ids.length > 0) await rebuild(tx, ids, now);
  },
};
