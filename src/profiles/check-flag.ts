import { personalForbidden } from '../access/index.js';
import { revealsMore } from './privacy.js';

/**
 * Refuses to let a key that may not read personal values say that they are not personal.
 * @param path of the flag in the input
 * @throws OnefoldError FORBIDDEN
 */
export function checkFlag(
  saying: Parameters<typeof revealsMore>[0],
  { path, seesPersonal }: { path: readonly string[]; seesPersonal: boolean },
): void {
  if (!seesPersonal && revealsMore(saying)) throw personalForbidden(path);
}
