import { shareCatalogue } from '../definitions/index.js';
import type { Transaction } from '../platform/index.js';
import { livingProfiles, lockProfiles, sourceRanking } from '../profiles/index.js';
import type { ProfileRef } from '../profiles/index.js';
import { profileStates } from './identifier.reads.js';
import type { Merging } from './merging.js';
import type { AskedMerge } from './parties-of-merge.js';
import { chooseSurvivor, namedIn, partiesOf } from './parties-of-merge.js';

interface MergeProfiles extends AskedMerge {
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
 * @throws OnefoldError PROFILE_UNKNOWN, MERGE_TOO_FEW
 */
export async function mergeProfiles(
  tx: Transaction,
  input: MergeProfiles,
): Promise<{ survivor: ProfileRef; mergeIds: string[] }> {
  const { survivorId, keyId, now, merging } = input;
  shareCatalogue(tx);
  // Before any lock: see `ingestBatch`.
  await sourceRanking.read(tx);
  for (let round = 1; round <= MAX_ROUNDS; round += 1) {
    const living = await livingProfiles(tx, namedIn(input));
    const profiles = partiesOf(input, living);
    // Without the locks of a round that was lost, or those of the next one would be out of order.
    const kept = await tx.attempt(async () => {
      const locked = await lockProfiles(tx, { profiles, keys: [] });
      return ![...locked.values()].some(({ isAbsorbed }) => isAbsorbed);
    });
    if (!kept) continue;
    const wanted = living.get(survivorId ?? '')?.id;
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
