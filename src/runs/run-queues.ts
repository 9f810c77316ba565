import type { Transaction } from '../platform/index.js';
import { Leases } from '../platform/jobs/index.js';
import type { Task } from '../platform/jobs/index.js';

/** The next step of the oldest run of a kind in a workspace. */
export interface RunTask extends Task {
  id: string;
  kind: string;
}

/** Steps before the next look, so that what has just been asked for is soon found. */
const STEPS_A_LOOK = 4;
/** Queues that one look goes over: the next one goes on behind them. */
const MOST_QUEUES = 1_000;

interface QueueRow extends Omit<RunTask, 'id'> {
  /** Null = nothing in the queue can be worked on now. */
  id: string | null;
}

/** From one queue to the next by an index, so that it does not matter how many runs wait in each. */
const QUEUES = `/* runs to do */
  with recursive queue as (
    (
      select workspace_id, kind from run_to_do where (workspace_id, kind) > ($4, $5)
      order by workspace_id, kind limit 1
    )
    union all
    select next.* from queue cross join lateral (
      select workspace_id, kind from run_to_do where (workspace_id, kind) > (queue.workspace_id, queue.kind)
      order by workspace_id, kind limit 1
    ) next
  )
  select queue.workspace_id as "workspaceId", queue.kind, first.id from queue left join lateral (
    select id from run_to_do run
    where run.workspace_id = queue.workspace_id and run.kind = queue.kind and queue.kind = any($2)
      and due_at <= $1 and (${Leases.FREE} or id = any($3::uuid[]))
    order by id limit 1
  ) first on true
  limit $6`;

/**
 * The runs of each workspace and kind wait in a queue of their own. The queues take turns, first come, first served:
 * neither a long run nor many short ones can keep the others waiting.
 */
export class RunQueues {
  /** Since when a queue has waited for a step here. */
  private readonly waiting = new Map<string, number>();
  /** Queues with something to do that were found since the looks last began from the front. */
  private found = new Set<string>();
  /** Where the next look begins. */
  private after = FRONT;
  private lookedAt = performance.now();

  /** @param most queues in one look */
  constructor(private readonly most = MOST_QUEUES) {}

  /**
   * @param tx of `Database.lookingForWork`
   * @param held the runs that this server has leases on
   * @returns what to do next, in this order
   */
  async look(
    tx: Transaction,
    { now, kinds, held }: { now: Date; kinds: readonly string[]; held: readonly string[] },
  ): Promise<RunTask[]> {
    const { workspaceId, kind } = this.after;
    const rows = await tx.query<QueueRow>(QUEUES, [now, kinds, held, workspaceId, kind, this.most]);
    const tasks = rows.filter((row): row is RunTask => row.id !== null);
    for (const task of tasks) this.add(queueOf(task));
    this.lookedAt = performance.now();
    this.after = rows.length === this.most ? (rows.at(-1) ?? FRONT) : FRONT;
    if (this.after === FRONT) this.forgetEmpty();
    const since = (task: RunTask) => this.waiting.get(queueOf(task)) ?? Infinity;
    return tasks.sort((one, other) => since(one) - since(other)).slice(0, STEPS_A_LOOK);
  }

  /** A step of the queue has ended: it waits from now on. */
  served(task: RunTask): void {
    this.waiting.set(queueOf(task), performance.now());
  }

  /** A queue that is new has waited since the look before, at most: so it comes before those served meanwhile. */
  private add(queue: string): void {
    this.found.add(queue);
    if (!this.waiting.has(queue)) this.waiting.set(queue, this.lookedAt);
  }

  private forgetEmpty(): void {
    for (const queue of this.waiting.keys()) if (!this.found.has(queue)) this.waiting.delete(queue);
    this.found = new Set();
  }
}

const FRONT: Omit<RunTask, 'id'> = { workspaceId: 0, kind: '' };

function queueOf({ workspaceId, kind }: Omit<RunTask, 'id'>): string {
  return `${workspaceId} ${kind}`;
}
