import type { Clock, Transaction } from '../platform/index.js';
import { StaleLease } from '../platform/jobs/index.js';
import type { Lease } from '../platform/jobs/index.js';
import type { FindService, RunKind, StepOutcome } from './run-kind.js';
import { runLeases } from './run.js';
import type { RunCounts, RunRow, RunState } from './run.js';
import { signalRun } from './signal-run.js';
import { stepTooLong } from './step-fault.js';

interface AdvanceRun {
  lease: Lease;
  kind: RunKind;
  clock: Clock;
  service: FindService;
  limitMs?: number | undefined;
}

/** How long a step may take in all, in milliseconds: the other runs of the server wait for it. */
const STEP_LIMIT_MS = 30_000;

/**
 * Takes one step of a run: its effect, where it goes on, its counts and the sign of life are committed together.
 * @returns the state of the run after it
 * @throws StaleLease when another server has taken over, and OnefoldError STATEMENT_TIMEOUT when the step takes too
 * long: then nothing of the step stays
 */
export async function advanceRun(
  tx: Transaction,
  { lease, kind, clock, service, limitMs = STEP_LIMIT_MS }: AdvanceRun,
): Promise<RunState> {
  const now = clock.now();
  const run = await begin(tx, lease);
  const outcome =
    run.state === 'CANCELING'
      ? undefined
      : await within(limitMs, kind.step(tx, { ...run, now, clock, service }));
  // Only now, so that `cancelRun` need not wait for the step.
  await runLeases.guard(tx, lease);
  const state = outcome ? await note(tx, lease, outcome, now) : await cancel(tx, lease, now);
  signalRun(tx, { id: lease.id, kind: kind.name }, { isToDo: false });
  return state;
}

/** A step that is late goes on for itself: its transaction takes no more statements. */
async function within<T>(limitMs: number, work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(stepTooLong()), limitMs);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

interface Begun extends Pick<RunRow, 'id' | 'state' | 'input' | 'checkpoint' | 'counts'> {
  keyId: string | null;
}

async function begin(tx: Transaction, lease: Lease): Promise<Begun> {
  const [run] = await tx.query<Begun>(
    `/* run to advance */
    select id, state, input, checkpoint, counts, key_id as "keyId" from run where workspace_id = $1 and id = $2 and fence = $3`,
    [lease.workspaceId, lease.id, lease.fence],
  );
  if (!run) throw new StaleLease(lease);
  return run;
}

const FINAL = { MORE: null, DONE: 'COMPLETED', DONE_WITH_FAILURES: 'COMPLETED_WITH_FAILURES' } as const;

async function note(
  tx: Transaction,
  { workspaceId, id }: Lease,
  { checkpoint, counts, progress, next }: StepOutcome<unknown, RunCounts>,
  now: Date,
): Promise<RunState> {
  // Somebody may have canceled the run during the step. After the last one there is nothing left to cancel.
  const [row] = await tx.query<{ state: RunState }>(
    `/* note step of run */
    update run set checkpoint = $3, counts = $4, done = $5, total = $6, steps = steps + 1, failures = 0, failure = null,
      heartbeat_at = $7, state = coalesce($8, case when state = 'CANCELING' then 'CANCELED' else 'RUNNING' end),
      finished_at = case when $8 is not null or state = 'CANCELING' then $7::timestamptz end
    where workspace_id = $1 and id = $2 returning state`,
    [
      ...[workspaceId, id, JSON.stringify(checkpoint), JSON.stringify(counts)],
      ...[progress.done, progress.total, now, FINAL[next]],
    ],
  );
  return row?.state ?? 'RUNNING';
}

async function cancel(tx: Transaction, { workspaceId, id }: Lease, now: Date): Promise<RunState> {
  await tx.query(
    `/* cancel run */
    update run set state = 'CANCELED', heartbeat_at = $3, finished_at = $3 where workspace_id = $1 and id = $2`,
    [workspaceId, id, now],
  );
  return 'CANCELED';
}
