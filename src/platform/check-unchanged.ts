import { OnefoldError } from './errors.js';

/**
 * Refuses a change by somebody who has not seen the thing as it is.
 * @param updatedAt when the thing last changed; null = never
 * @param ifUnchangedSince the `updatedAt` that they have seen; absent or null = they do not ask
 * @throws OnefoldError CHANGED_SINCE
 */
export function checkUnchanged(updatedAt: Date | null, ifUnchangedSince: Date | null | undefined): void {
  if (ifUnchangedSince && updatedAt && updatedAt > ifUnchangedSince)
    throw new OnefoldError('CHANGED_SINCE', { path: ['ifUnchangedSince'] });
}
