import { personalForbidden } from '../access/index.js';
import { revealsMore } from './privacy.js';
import type { Flagged } from './privacy.js';

interface Change {
  key: string;
  before: Flagged['isPersonal'];
  after: Flagged['isPersonal'];
  /** Of the flag in the input. */
  path: readonly string[];
  seesPersonal: boolean;
}

/** Refuses to let a key that may not read personal values say that they are not personal. @throws OnefoldError FORBIDDEN */
export function checkFlag({ key, before, after, path, seesPersonal }: Change): void {
  if (!seesPersonal && revealsMore(key, before, after)) throw personalForbidden(path);
}
