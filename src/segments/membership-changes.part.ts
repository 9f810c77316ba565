import { rowsOfProfiles, STAYING } from '../profiles/index.js';
import type { PersonPart } from '../profiles/index.js';

/** Exits in the change log, and entries that have ended. Each belongs to the profile that it happened to. */
export const membershipChangesPart: PersonPart = {
  ...STAYING,
  ...rowsOfProfiles({ table: 'membership_change' }),
};
