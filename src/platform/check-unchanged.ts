import { OnefoldError } from './errors.js';

/**
 * Refuses a change by somebody who has not seen the thing as it is. Any other instant is refused, not only an earlier
 * one: a built-in definition that was restored has none, and clocks of servers differ.
 * @param updatedAt when the thing last changed; null = never
 * @param ifUnchangedSince the `updatedAt` that they have seen; absent or null = they do not ask
 * @throws OnefoldError CHANGED_SINCE
 */
export function checkUnchanged(updatedAt: Date | null, ifUnchangedSince: Date | null | undefined): void {
  if (ifUnchangedSince && updatedAt?.getTime() !== ifUnchangedSince.getTime())
    throw new OnefoldError('CHANGED_SINCE', { path: ['ifUnchangedSince'] });
}

/**
 * When a thing changes, as its `updatedAt` says. Each change has an instant of its own: whoever changes a thing may have
 * waited for it, and then `now` is before the change that was waited for.
 * @param before when it changed before; null = never
 */
export function nextUpdate(before: Date | null, now: Date): Date {
  return before && before >= now ? new Date(before.getTime() + 1) : now;
}
