import { shareCatalogue } from '../access/index.js';
import type { Transaction } from '../platform/index.js';
import { livingProfiles, lockProfiles } from '../profiles/index.js';
import type { ProfileRef } from '../profiles/index.js';
import { profileStates } from './identifier.reads.js';
import type { Merging } from './merging.js';
import { chooseSurvivor, partiesOf } from './parties-of-merge.js';

interface MergeProfiles {
  /** UUIDs; one that was absorbed stands for the profile that it went into. */
  profileIds: readonly string[];
  /** Which of them stays; null = the oldest, then the one of the smallest id. */
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
  const { profileIds, keyId, now, merging } = input;
  shareCatalogue(tx);
  for (let round = 1; round <= MAX_ROUNDS; round += 1) {
    const living = await livingProfiles(tx, profileIds);
    const profiles = partiesOf(profileIds, living);
    const locked = await lockProfiles(tx, { profiles, keys: [] });
    if ([...locked.values()].some(({ isAbsorbed }) => isAbsorbed)) continue;
    const wanted = living.get(input.survivorId ?? '')?.id;
    const survivor = chooseSurvivor(profiles, { states: await profileStates(tx, profiles), wanted });
    const merges = profiles
      .filter(({ id }) => id !== survivor.id)
      .map((absorbed) => ({ survivor, absorbed, by: { cause: 'MANUAL', keyId } as const }));
    const mergeIds = await merging.merge(tx, { merges, now });
    await merging.lookAgain(tx, { merges, now });
    return { survivor, mergeIds };
  }
  throw new Error('the profiles were merged by others in every round');
}
