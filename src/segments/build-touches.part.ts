import { rowsOfProfiles, STAYING } from '../profiles/index.js';
import type { PersonPart } from '../profiles/index.js';
import { forgetFound } from './segment-build.js';

const rows = rowsOfProfiles({ table: 'build_touch' });

/** People who were evaluated for a segment while it is built. The rows go when the build ends. */
export const buildTouchesPart: PersonPart = {
  ...STAYING,
  ...rows,
  async erase(tx, people) {
    // Servers may hold these people in memory, as candidates that are not written down yet.
    await forgetFound(tx);
    return rows.erase(tx, people);
  },
};
