import { rowsOfProfiles, STAYING } from '../profiles/index.js';
import type { PersonPart } from '../profiles/index.js';

/** What the change log tells of entries that have ended, and of exits: each of the profile that it happened to. */
export const membershipChangesPart: PersonPart = {
  ...STAYING,
  ...rowsOfProfiles({ table: 'membership_change' }),
};
