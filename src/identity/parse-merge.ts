import { OnefoldError, uuidOf } from '../platform/index.js';
import type { AskedMerge } from './parties-of-merge.js';

const MAX_PROFILES = 20;

/**
 * Which profiles are to be one, as UUIDs.
 * @throws OnefoldError TOO_MANY, PROFILE_UNKNOWN
 */
export function parseMerge({
  profileIds: ids,
  survivorId: wanted,
}: {
  profileIds: readonly string[];
  survivorId?: string | null;
}): AskedMerge {
  if (ids.length > MAX_PROFILES) {
    throw new OnefoldError('TOO_MANY', {
      path: ['profileIds'],
      message: `Merge at most ${MAX_PROFILES} profiles at a time.`,
    });
  }
  const survivorId = wanted == null ? null : profileUuid(wanted, ['survivorId']);
  return { profileIds: ids.map((id, index) => profileUuid(id, ['profileIds', index])), survivorId };
}

/** @throws OnefoldError PROFILE_UNKNOWN */
export function profileUuid(id: string, path: readonly (string | number)[]): string {
  const uuid = uuidOf('profile', id);
  if (!uuid) throw new OnefoldError('PROFILE_UNKNOWN', { path });
  return uuid;
}
