import { changeCatalogue } from '../definitions/index.js';
import { nextUpdate } from '../platform/index.js';
import type { Clock, Database, Transaction } from '../platform/index.js';
import type { Job, Task } from '../platform/jobs/index.js';
import { followTargetState } from './follow-target-state.js';
import { Segment } from './segment.entity.js';

/** Workspaces with segments that have expired. */
function workspacesWithExpired(tx: Transaction, now: Date): Promise<Task[]> {
  return tx.query(
    `/* expired segments */
    select distinct workspace_id as "workspaceId" from segment
    where expires_at <= $1 and status <> 'ARCHIVED' and deleted_at is null`,
    [now],
  );
}

/** Archives the segments of a workspace that have expired. */
function archiveExpired(database: Database, clock: Clock, workspaceId: number): Promise<void> {
  const now = clock.now();
  return database.transaction(workspaceId, async (tx) => {
    await changeCatalogue(tx);
    const expired = await tx.em.find(
      Segment,
      { workspaceId, expiresAt: { $lte: now }, targetState: { $ne: 'ARCHIVED' }, deletedAt: null },
      { disableIdentityMap: true },
    );
    for (const segment of expired) {
      const targetState = 'ARCHIVED';
      await tx.em.nativeUpdate(
        Segment,
        { id: segment.id },
        { targetState, updatedAt: nextUpdate(segment.updatedAt, now) },
      );
      await followTargetState(
        tx,
        { ...segment, targetState },
        { was: segment.targetState, keyId: null, now },
      );
    }
  });
}

/** Archives segments when they expire. */
export const expiryJob: Job = {
  name: 'expiry',
  look: workspacesWithExpired,
  step: async ({ database, clock }, { workspaceId }) => {
    await archiveExpired(database, clock, workspaceId);
    return false;
  },
};
