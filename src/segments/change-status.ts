import { changeCatalogue } from '../definitions/index.js';
import { OnefoldError } from '../platform/index.js';
import type { Database, Transaction } from '../platform/index.js';
import { forgetTouched } from './build-touches.js';
import { startBuilds } from './segment-build.js';
import { Segment } from './segment.entity.js';
import type { SegmentStatus } from './segment.entity.js';

/**
 * Brings membership in line with what a segment is from now on. Of one that comes to be live a build finds out who
 * belongs to it; out of one that is archived, or a draft again, a build takes everybody; of one that is paused nothing
 * changes any more. The catalogue must be the transaction's to change.
 */
export async function followStatus(
  tx: Transaction,
  segment: Pick<Segment, 'id' | 'ruleVersion' | 'status'>,
  { was, now }: { was: SegmentStatus; now: Date },
): Promise<void> {
  if (was === segment.status) return;
  if (segment.status === 'PAUSED') {
    await tx.query(`delete from segment_build where workspace_id = $1 and segment_id = $2`, [
      tx.workspaceId,
      segment.id,
    ]);
    await forgetTouched(tx, [segment.id]);
  } else {
    await startBuilds(tx, { segments: [segment], now });
  }
}

/** @throws OnefoldError INVALID_VALUE when it would have expired already */
export function checkExpiry(expiresAt: Date | null, now: Date): void {
  if (expiresAt && expiresAt <= now)
    throw new OnefoldError('INVALID_VALUE', {
      path: ['expiresAt'],
      message: 'That instant is past. Give a later one, or null for a segment that does not expire.',
    });
}

/** Workspaces with segments that have expired. */
export function workspacesWithExpired(tx: Transaction, now: Date): Promise<{ workspaceId: number }[]> {
  return tx.query(
    `/* expired segments */
    select distinct workspace_id as "workspaceId" from segment
    where expires_at <= $1 and status <> 'ARCHIVED' and deleted_at is null`,
    [now],
  );
}

/** Archives the segments of a workspace that have expired. @returns how many */
export function archiveExpired(database: Database, workspaceId: number, now: Date): Promise<number> {
  return database.transaction(workspaceId, async (tx) => {
    await changeCatalogue(tx);
    const expired = await tx.em.find(
      Segment,
      { workspaceId, expiresAt: { $lte: now }, status: { $ne: 'ARCHIVED' }, deletedAt: null },
      { disableIdentityMap: true },
    );
    for (const segment of expired) {
      const status = 'ARCHIVED';
      await tx.em.nativeUpdate(Segment, { id: segment.id }, { status, updatedAt: now });
      await followStatus(tx, { ...segment, status }, { was: segment.status, now });
    }
    return expired.length;
  });
}
