import { rowsOfProfiles, STAYING } from '../profiles/index.js';
import type { PersonPart } from '../profiles/index.js';

/**
 * What is on record of merges. A merge that was undone is about two people and goes with either of them: without the
 * other one's id it tells nothing, and nothing of the one who stays depends on it.
 */
export const mergesPart: PersonPart = {
  ...STAYING,
  ...rowsOfProfiles({
    table: 'profile_merge',
    whose: [
      { shard: 'shard', id: 'survivor_id' },
      { shard: 'absorbed_shard', id: 'absorbed_id' },
    ],
  }),
};
