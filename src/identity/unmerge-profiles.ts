import { shareCatalogue } from '../definitions/index.js';
import { OnefoldError, shardOfId } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { livingProfiles, lockProfiles, sourceRanking } from '../profiles/index.js';
import type { ProfileRef } from '../profiles/index.js';
import { findMerge } from './merge.reads.js';
import type { Merging } from './merging.js';

interface UnmergeProfiles {
  /** UUID. */
  mergeId: string;
  keyId: string;
  now: Date;
  merging: Merging;
}

const MAX_ROUNDS = 100;

/**
 * Takes a merge back, whatever was merged before it or since: the absorbed profile lives again with all that came to
 * its side, and to those that it had absorbed itself, before the merge and after.
 * @throws OnefoldError MERGE_UNKNOWN, MERGE_UNDONE
 */
export async function unmergeProfiles(
  tx: Transaction,
  { mergeId, keyId, now, merging }: UnmergeProfiles,
): Promise<{ survivor: ProfileRef; restored: ProfileRef }> {
  shareCatalogue(tx);
  // Before any lock: see `ingestBatch`.
  await sourceRanking.read(tx);
  for (let round = 1; round <= MAX_ROUNDS; round += 1) {
    const merge = await findMerge(tx, mergeId);
    if (!merge) throw new OnefoldError('MERGE_UNKNOWN', { path: ['mergeId'] });
    if (merge.undoneAt) throw new OnefoldError('MERGE_UNDONE', { path: ['mergeId'] });
    const restored = { id: merge.absorbedId, shard: shardOfId(tx.workspaceId, merge.absorbedId) };
    const survivor = (await livingProfiles(tx, [restored.id])).get(restored.id);
    if (!survivor) throw new Error('a profile that was absorbed is on record');
    // While we waited for the lock, somebody may have undone this, or made it part of another by a merge or an undo.
    // Then the locks must go, or those of the next round would be out of order.
    const kept = await tx.attempt(async () => {
      await lockProfiles(tx, { profiles: [survivor, restored], keys: [] });
      const [again, living] = [await findMerge(tx, mergeId), await livingProfiles(tx, [restored.id])];
      return living.get(restored.id)?.id === survivor.id && !again?.undoneAt;
    });
    if (!kept) continue;
    const split = await merging.unmerge(tx, { merge, survivor, keyId, now });
    await merging.lookAgain(tx, { merges: [], split, now });
    return { survivor, restored };
  }
  throw new Error('the profiles were merged by others in every round');
}
