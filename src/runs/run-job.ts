import { OnefoldError } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { Leases, StaleLease } from '../platform/jobs/index.js';
import type { Job, JobTools, Lease, Task } from '../platform/jobs/index.js';
import { advanceRun } from './advance-run.js';
import { noteRunFailure } from './note-run-failure.js';
import type { RunKind } from './run-kind.js';
import { IS_OPEN, isOpen, runLeases } from './run.js';
import { RUNS_TOPIC, signalRun } from './signal-run.js';
import { stepFault } from './step-fault.js';

interface RunTask extends Task {
  id: string;
  kind: string;
}

/** Steps before the next look, so that what has just been asked for is soon in the queue. */
const STEPS_A_LOOK = 4;
/** Workspaces and kinds with something to do, that one look finds. */
const MOST_FOUND = 1_000;

/** Works on runs: of each workspace on one of each kind at a time, a step of each by turns. */
export class RunJob implements Job<RunTask> {
  readonly name = 'runs';
  readonly topic = RUNS_TOPIC;
  private readonly kinds: ReadonlyMap<string, RunKind>;
  /** By run. */
  private readonly held = new Map<string, Lease>();
  /** Since when a workspace has waited for a step of a kind here. */
  private waiting = new Map<string, number>();

  /** @param stepLimitMs see `advanceRun` */
  constructor(
    kinds: readonly RunKind[],
    private readonly stepLimitMs?: number,
  ) {
    this.kinds = new Map(kinds.map((kind) => [kind.name, kind]));
  }

  async look(tx: Transaction, now: Date): Promise<RunTask[]> {
    const found = await tx.query<RunTask>(
      `/* runs to do */
      select distinct on (workspace_id, kind) workspace_id as "workspaceId", kind, id from run
      where ${IS_OPEN} and due_at <= $1 and kind = any($2) and (${Leases.FREE} or id = any($3::uuid[]))
      order by workspace_id, kind, id limit ${MOST_FOUND}`,
      [now, [...this.kinds.keys()], [...this.held.keys()]],
    );
    // First come, first served: neither a long run nor many short ones can keep the others waiting.
    const at = performance.now();
    const since = (task: RunTask) => this.waiting.get(queueOf(task)) ?? at;
    this.waiting = new Map(found.map((task) => [queueOf(task), since(task)]));
    return found.sort((one, other) => since(one) - since(other)).slice(0, STEPS_A_LOOK);
  }

  async step({ database, clock, log }: JobTools, task: RunTask): Promise<boolean> {
    const { workspaceId, id } = task;
    this.waiting.set(queueOf(task), performance.now());
    const kind = this.kinds.get(task.kind);
    const lease =
      this.held.get(id) ?? (await database.transaction(workspaceId, (tx) => take(tx, id, clock.now())));
    if (!kind || !lease) return false;
    this.held.set(id, lease);
    const { stepLimitMs: limitMs } = this;
    const step = () =>
      database.transaction(workspaceId, (tx) => advanceRun(tx, { lease, kind, now: clock.now(), limitMs }), {
        endsIdle: true,
      });
    try {
      const state = await runLeases.during(database, lease, step);
      if (!isOpen(state)) this.held.delete(id);
    } catch (error) {
      if (!(error instanceof StaleLease)) throw stepFault(error) ?? error;
      this.held.delete(id);
      log.warn({ ...task }, 'another server has taken a run over; nothing of the step stays');
    }
    return true;
  }

  async noteFailure({ database, clock }: JobTools, { id }: RunTask, error: unknown): Promise<void> {
    const lease = this.held.get(id);
    this.held.delete(id);
    if (lease) await noteRunFailure(database, { lease, failure: failureOf(error), now: clock.now() });
  }

  async stop({ database }: JobTools): Promise<void> {
    const leases = [...this.held.values()];
    this.held.clear();
    for (const lease of leases)
      await database.transaction(lease.workspaceId, async (tx) => {
        await runLeases.release(tx, lease);
        signalRun(tx, lease.id, { isToDo: true });
      });
  }
}

function queueOf({ workspaceId, kind }: RunTask): string {
  return `${workspaceId} ${kind}`;
}

async function take(tx: Transaction, id: string, now: Date): Promise<Lease | null> {
  const lease = await runLeases.take(tx, id);
  if (!lease) return null;
  await tx.query(
    `/* begin run */
    update run set state = case when state = 'QUEUED' then 'RUNNING' else state end,
      started_at = coalesce(started_at, $3), heartbeat_at = $3
    where workspace_id = $1 and id = $2`,
    [tx.workspaceId, id, now],
  );
  signalRun(tx, id, { isToDo: false });
  return lease;
}

function failureOf(error: unknown): { code: OnefoldError['code']; message: string } {
  if (error instanceof OnefoldError) return { code: error.code, message: error.message };
  return {
    code: 'INTERNAL_SERVER_ERROR',
    message:
      'A step failed on the server; its log says why. Fix the cause, then retry the run with `retryRun`.',
  };
}
