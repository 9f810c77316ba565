import { OnefoldError } from './errors.js';

/**
 * The value of a field after a change, where it must have one.
 * @param said absent = it stays
 * @throws OnefoldError REQUIRED when null is said
 */
export function keptOr<T>(before: T, said: T | null | undefined, field: string): T {
  if (said === null) throw new OnefoldError('REQUIRED', { path: [field] });
  return said === undefined ? before : said;
}
