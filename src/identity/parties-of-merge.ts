import { OnefoldError } from '../platform/index.js';
import type { ProfileRef } from '../profiles/index.js';
import type { ProfileState } from './plan-identities.js';

/** A merge by hand, as it is asked for. */
export interface AskedMerge {
  /** UUIDs; one that was absorbed stands for the profile that it went into. */
  profileIds: readonly string[];
  /** Which of them stays, or another one into which they go; null = the oldest, then the one of the smallest id. */
  survivorId: string | null;
}

/** All that are named. */
export function namedIn({ profileIds, survivorId }: AskedMerge): readonly string[] {
  return survivorId ? [...profileIds, survivorId] : profileIds;
}

/**
 * The living profiles that a merge by hand is about, each once.
 * @param living as `livingProfiles` says
 * @throws OnefoldError PROFILE_UNKNOWN, MERGE_TOO_FEW
 */
export function partiesOf(
  { profileIds, survivorId }: AskedMerge,
  living: ReadonlyMap<string, ProfileRef>,
): ProfileRef[] {
  const index = profileIds.findIndex((id) => !living.has(id));
  if (index >= 0) throw new OnefoldError('PROFILE_UNKNOWN', { path: ['profileIds', index] });
  if (survivorId && !living.has(survivorId))
    throw new OnefoldError('PROFILE_UNKNOWN', { path: ['survivorId'] });
  const profiles = [...new Map([...living.values()].map((profile) => [profile.id, profile])).values()];
  if (profiles.length < 2) throw new OnefoldError('MERGE_TOO_FEW', { path: ['profileIds'] });
  return profiles;
}

/** The one asked for, or else the oldest, then the one of the smallest id. */
export function chooseSurvivor(
  profiles: readonly ProfileRef[],
  { states, wanted }: { states: ReadonlyMap<string, ProfileState>; wanted: string | undefined },
): ProfileRef {
  const age = ({ id }: ProfileRef) => states.get(id)?.createdAt.getTime() ?? Infinity;
  const [oldest] = profiles.toSorted((a, b) => age(a) - age(b) || (a.id < b.id ? -1 : 1));
  const survivor = profiles.find(({ id }) => id === wanted) ?? oldest;
  if (!survivor) throw new Error('there are profiles to merge');
  return survivor;
}
