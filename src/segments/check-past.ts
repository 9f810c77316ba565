import { OnefoldError } from '../platform/index.js';

/** @throws OnefoldError INVALID_VALUE: of what is to come nothing is known */
export function checkPast(instant: Date, path: readonly string[], now: Date): void {
  if (instant > now)
    throw new OnefoldError('INVALID_VALUE', {
      path,
      message: 'That instant has not come yet. Give an earlier one.',
    });
}
