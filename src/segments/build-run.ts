import { changeCatalogue } from '../definitions/index.js';
import { nextUpdate, OnefoldError } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { cancelRun, noteRuns, retryRun } from '../runs/index.js';
import type { DrivenRunKind } from '../runs/index.js';
import { followTargetState } from './follow-target-state.js';
import { BUILD, BUILDS_TOPIC } from './segment-build.js';
import type { BuildState } from './segment-build.js';
import { Segment } from './segment.entity.js';

/** Builds, as users see them. `buildJob` does the work. */
export const buildRun: DrivenRunKind = {
  ...BUILD,
  description:
    'Evaluates the new or changed rule of a segment for everybody. After a segment stops being live, everybody leaves it through a build, too.',
  unit: 'people',

  /** A segment whose build has stopped halfway is not exact, so it is paused until somebody makes it live again. */
  async cancel(tx, { id, now }) {
    await changeCatalogue(tx);
    const segment = await segmentOf(tx, id, ['WAITING', 'RUNNING']);
    if (segment?.deletedAt || (segment && segment.targetState !== 'LIVE'))
      throw new OnefoldError('RUN_NOT_CANCELABLE', { path: ['id'] });
    if (!segment) {
      // No job works on it, so it is over now: an older server has ended its build, and noted nothing in the run.
      await cancelRun(tx, { id, now });
      return noteRuns(tx, { kind: BUILD, ids: [id], state: 'CANCELED', now });
    }
    const paused = { ...segment, targetState: 'PAUSED' as const };
    await tx.em.nativeUpdate(
      Segment,
      { id: segment.id },
      { targetState: paused.targetState, updatedAt: nextUpdate(segment.updatedAt, now) },
    );
    await followTargetState(tx, paused, { was: segment.targetState, keyId: null, now });
  },

  /** What was written down before stays true: ingest and time have kept it since. */
  async retry(tx, { id, now }) {
    await changeCatalogue(tx);
    if (!(await segmentOf(tx, id, ['FAILED'])))
      throw new OnefoldError('RUN_NOT_RETRYABLE', {
        path: ['id'],
        message:
          'Only the latest build of a segment can be retried, if it failed. Save the segment with the targetState LIVE to build it again.',
      });
    // A new id: nobody has taken note of those who were touched meanwhile, so what servers have found is out of date.
    await tx.query(
      `update segment_build set id = gen_random_uuid(), state = 'WAITING', failures = 0, due_at = $3
      where workspace_id = $1 and run_id = $2`,
      [tx.workspaceId, id, now],
    );
    await retryRun(tx, { id, now });
    tx.signalAfterCommit(BUILDS_TOPIC);
  },
};

/** The segment that a run builds, if the run is its latest build and in one of these states. */
async function segmentOf(
  tx: Transaction,
  runId: string,
  states: readonly BuildState[],
): Promise<Segment | undefined> {
  const [build] = await tx.query<{ segmentId: string }>(
    `/* build of run */
    select segment_id as "segmentId" from segment_build
    where workspace_id = $1 and run_id = $2 and state = any($3)`,
    [tx.workspaceId, runId, states],
  );
  if (!build) return undefined;
  return (await tx.em.findOne(Segment, { id: build.segmentId }, { disableIdentityMap: true })) ?? undefined;
}
