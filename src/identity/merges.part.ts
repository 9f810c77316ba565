import { rowsOfProfiles, STAYING } from '../profiles/index.js';
import type { PersonPart } from '../profiles/index.js';

/**
 * The record of merges. A merge that was undone is about two people and is erased with either of them. Without the
 * other one's id it says nothing, and nothing about the one who stays depends on it.
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
