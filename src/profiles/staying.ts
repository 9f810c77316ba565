import type { PersonPart } from './person-part.js';

const NOTHING: ReadonlyMap<string, number> = new Map();

/** Of a part whose rows no merge moves: they stay with the profile that they came to, or with no profile at all. */
export const STAYING: Pick<PersonPart, 'movedAs' | 'count' | 'merge' | 'unmerge'> = {
  movedAs: null,
  count: () => Promise.resolve(NOTHING),
  merge: () => Promise.resolve(NOTHING),
  unmerge: () => Promise.resolve(),
};
