import { OnefoldError } from '../platform/index.js';
import type { Database, Transaction } from '../platform/index.js';
import { StaleLease } from '../platform/jobs/index.js';
import type { Job, JobTools, Lease } from '../platform/jobs/index.js';
import { advanceRun } from './advance-run.js';
import { HeldLeases } from './held-leases.js';
import { noteRunFailure } from './note-run-failure.js';
import type { FindService, RunKind } from './run-kind.js';
import { isOpen, runLeases } from './run.js';
import { RunQueues } from './run-queues.js';
import type { RunTask } from './run-queues.js';
import { RUNS_TOPIC, signalRun } from './signal-run.js';
import { stepFault } from './step-fault.js';

interface RunJobOptions {
  /** For the steps of kinds that need a service. */
  service?: FindService;
  /** See `advanceRun`. */
  stepLimitMs?: number;
}

/** Works on runs: of each workspace on one of each kind at a time, a step of each by turns. */
export class RunJob implements Job<RunTask> {
  readonly name = 'runs';
  readonly topic = RUNS_TOPIC;
  private readonly kinds: ReadonlyMap<string, RunKind>;
  private readonly held = new HeldLeases();
  private readonly queues = new RunQueues();

  constructor(
    kinds: readonly RunKind[],
    private readonly options: RunJobOptions = {},
  ) {
    this.kinds = new Map(kinds.map((kind) => [kind.name, kind]));
  }

  async look(tx: Transaction, now: Date): Promise<RunTask[]> {
    return this.queues.look(tx, { now, kinds: [...this.kinds.keys()], held: this.held.runs() });
  }

  async step(tools: JobTools, task: RunTask): Promise<boolean> {
    try {
      return await this.advance(tools, task);
    } catch (error) {
      if (!(error instanceof StaleLease)) throw stepFault(error) ?? error;
      this.held.drop(task.id);
      tools.log.warn({ ...task }, 'another server has taken a run over; nothing of the step stays');
      return true;
    } finally {
      this.queues.served(task);
    }
  }

  async noteFailure({ database, clock }: JobTools, { id, kind }: RunTask, error: unknown): Promise<void> {
    const lease = this.held.drop(id);
    if (lease) await noteRunFailure(database, { lease, kind, failure: failureOf(error), now: clock.now() });
  }

  async stop({ database }: JobTools): Promise<void> {
    for (const id of this.held.runs()) {
      const lease = this.held.drop(id);
      if (lease) await handBack(database, lease);
    }
  }

  private async advance({ database, clock }: JobTools, { workspaceId, ...run }: RunTask): Promise<boolean> {
    const kind = this.kinds.get(run.kind);
    const lease =
      this.held.get(run.id) ?? (await database.transaction(workspaceId, (tx) => take(tx, run, clock.now())));
    if (!kind || !lease) return false;
    const { service = noService, stepLimitMs: limitMs } = this.options;
    const step = (tx: Transaction) => advanceRun(tx, { lease, kind, clock, service, limitMs });
    const state = await runLeases
      .during(database, lease, () => database.transaction(workspaceId, step, { endsIdle: true }))
      .finally(() => this.held.keep(lease));
    if (!isOpen(state)) this.held.drop(run.id);
    return true;
  }
}

const noService: FindService = (type) => {
  throw new Error(`no step can have ${type.name} here`);
};

function handBack(database: Database, lease: Lease): Promise<void> {
  return database.transaction(lease.workspaceId, async (tx) => {
    await runLeases.release(tx, lease);
    tx.signalAfterCommit(RUNS_TOPIC);
  });
}

async function take(tx: Transaction, run: Omit<RunTask, 'workspaceId'>, now: Date): Promise<Lease | null> {
  const lease = await runLeases.take(tx, run.id);
  if (!lease) return null;
  await tx.query(
    `/* begin run */
    update run set state = case when state = 'QUEUED' then 'RUNNING' else state end,
      started_at = coalesce(started_at, $3), heartbeat_at = $3
    where workspace_id = $1 and id = $2`,
    [tx.workspaceId, run.id, now],
  );
  signalRun(tx, run, { isToDo: false });
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
