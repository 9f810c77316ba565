import type { PersonPart } from './person-part.js';

const NOTHING: ReadonlyMap<string, number> = new Map();

/** For parts whose rows no merge moves. Such rows stay with the profile that they came to, or belong to no profile. */
export const STAYING: Pick<PersonPart, 'movedAs' | 'count' | 'merge' | 'unmerge'> = {
  movedAs: null,
  count: () => Promise.resolve(NOTHING),
  merge: () => Promise.resolve(NOTHING),
  unmerge: () => Promise.resolve(),
};
