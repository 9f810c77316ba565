import type { Transaction } from '../platform/index.js';
import type { DrivenRunKind } from './run-kind.js';
import { IS_OPEN, isOpen } from './run.js';
import type { RunFailure, RunState } from './run.js';
import { signalRun } from './signal-run.js';

interface NoteRuns {
  kind: Pick<DrivenRunKind, 'name'>;
  ids: readonly string[];
  state: RunState;
  /** Absent = as it was. */
  progress?: { done: number; total: number };
  /** Of a step that failed. */
  failure?: RunFailure;
  now: Date;
}

/** Notes what the job of a driven kind has done with runs. It belongs into the transaction that does it. Runs that are over stay as they are. */
export async function noteRuns(
  tx: Transaction,
  { kind, ids, state, progress, failure, now }: NoteRuns,
): Promise<void> {
  await tx.query(
    `/* note runs */
    update run set state = $3, done = coalesce($4, done), total = coalesce($5, total), failure = $6,
      failures = case when $6::jsonb is null then 0 else failures + 1 end, steps = steps + 1, heartbeat_at = $7,
      started_at = case when $3 = 'RUNNING' then coalesce(started_at, $7) else started_at end,
      finished_at = case when $8 then null else $7::timestamptz end
    where workspace_id = $1 and id = any($2) and ${IS_OPEN}`,
    [
      ...[tx.workspaceId, ids, state, progress?.done ?? null, progress?.total ?? null],
      ...[failure ? JSON.stringify(failure) : null, now, isOpen(state)],
    ],
  );
  for (const id of ids) signalRun(tx, { id, kind: kind.name }, { isToDo: false });
}
