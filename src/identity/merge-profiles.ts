import { shareCatalogue } from '../access/index.js';
import { OnefoldError } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { livingProfiles, lockProfiles } from '../profiles/index.js';
import type { ProfileRef } from '../profiles/index.js';
import { profileStates } from './identifier.reads.js';
import type { Merging } from './merging.js';

interface MergeProfiles {
  /** UUIDs; one that was absorbed stands for the profile that it went into. */
  profileIds: readonly string[];
  /** Who stays, also if it is not among the others; null = the oldest of them, then the one of the smallest id. */
  survivorId: string | null;
  keyId: string;
  now: Date;
  merging: Merging;
}

/** Other merges may come between the look and the lock; they come to an end. */
const MAX_ROUNDS = 100;

/**
 * Makes profiles one because somebody says so. Limits of namespaces do not hold here: they guard against mistaken
 * identifiers, not against people.
 * @returns the profile that all of them are now, and what is on record of it
 * @throws OnefoldError NOT_FOUND, MERGE_TOO_FEW
 */
export async function mergeProfiles(
  tx: Transaction,
  input: MergeProfiles,
): Promise<{ survivor: ProfileRef; mergeIds: string[] }> {
  const { profileIds, survivorId, keyId, now, merging } = input;
  shareCatalogue(tx);
  for (let round = 1; round <= MAX_ROUNDS; round += 1) {
    const living = await livingProfiles(tx, survivorId ? [...profileIds, survivorId] : profileIds);
    checkAll(input, living);
    const profiles = [...new Map([...living.values()].map((profile) => [profile.id, profile])).values()];
    if (profiles.length < 2) throw new OnefoldError('MERGE_TOO_FEW', { path: ['profileIds'] });
    // Without the locks of a round that was lost, or those of the next one would be out of order.
    const kept = await tx.attempt(async () => {
      const locked = await lockProfiles(tx, { profiles, keys: [] });
      return ![...locked.values()].some(({ isAbsorbed }) => isAbsorbed);
    });
    if (!kept) continue;
    const survivor = await survivorOf(tx, profiles, living.get(survivorId ?? '')?.id);
    const merges = profiles
      .filter(({ id }) => id !== survivor.id)
      .map((absorbed) => ({ survivor, absorbed, by: { cause: 'MANUAL', keyId } as const }));
    const mergeIds = await merging.merge(tx, { merges, now });
    await merging.lookAgain(tx, { merges, now });
    return { survivor, mergeIds };
  }
  throw new Error('the profiles were merged by others in every round');
}

function checkAll({ profileIds, survivorId }: MergeProfiles, living: ReadonlyMap<string, ProfileRef>): void {
  const index = profileIds.findIndex((id) => !living.has(id));
  if (index >= 0) throw new OnefoldError('PROFILE_UNKNOWN', { path: ['profileIds', index] });
  if (survivorId && !living.has(survivorId))
    throw new OnefoldError('PROFILE_UNKNOWN', { path: ['survivorId'] });
}

async function survivorOf(
  tx: Transaction,
  profiles: readonly ProfileRef[],
  wanted: string | undefined,
): Promise<ProfileRef> {
  const states = await profileStates(tx, profiles);
  const age = ({ id }: ProfileRef) => states.get(id)?.createdAt.getTime() ?? Infinity;
  const [oldest] = profiles.toSorted((a, b) => age(a) - age(b) || (a.id < b.id ? -1 : 1));
  const survivor = profiles.find(({ id }) => id === wanted) ?? oldest;
  if (!survivor) throw new Error('there are profiles to merge');
  return survivor;
}
