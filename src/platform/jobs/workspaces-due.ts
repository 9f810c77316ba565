import type { Transaction } from '../transaction.js';
import type { Task } from './job.js';

/** Rows looked at, the longest due first. */
const PAGE = 1_000;
/** How often, in milliseconds, to look behind those that fill the page: that reads all that they have due. */
const LOOK_BEHIND_EVERY_MS = 1_000;
/** How many times as long as a look behind takes the pause after it is, so that it uses little of the database. */
const PAUSE_PER_LOOK = 20;
/** Looks behind each other. Each finds a workspace that fills a page, or is the last one. */
const MOST_LOOKS = 10;

/**
 * The workspaces that have rows due in a table of people, whose columns are `shard` and `due_at`. A few with a million
 * rows due hide no other for longer than a second, or than 20 times what it takes to look behind them.
 */
export class WorkspacesDue {
  private lookBehindFrom = -Infinity;
  private behind: readonly Task[] = [];

  constructor(
    private readonly table: 'recheck' | 'item_ahead',
    private readonly lookBehindEveryMs = LOOK_BEHIND_EVERY_MS,
  ) {}

  /** @param tx of `Database.lookingForWork` */
  async look(tx: Transaction, now: Date): Promise<Task[]> {
    const first = await this.page(tx, now, []);
    if (!first.isFull) return first.workspaces;
    const at = performance.now();
    if (at >= this.lookBehindFrom) {
      this.behind = await this.lookBehind(tx, now, first.workspaces).finally(() => {
        const took = performance.now() - at;
        this.lookBehindFrom = at + Math.max(this.lookBehindEveryMs, took * PAUSE_PER_LOOK);
      });
    }
    const known = new Set(first.workspaces.map(({ workspaceId }) => workspaceId));
    return [...first.workspaces, ...this.behind.filter(({ workspaceId }) => !known.has(workspaceId))];
  }

  /** It has nothing left: it need not be asked again before the next look behind. */
  forget(workspaceId: number): void {
    this.behind = this.behind.filter((one) => one.workspaceId !== workspaceId);
  }

  private async lookBehind(tx: Transaction, now: Date, front: readonly Task[]): Promise<Task[]> {
    const found = [...front];
    for (let look = 0; look < MOST_LOOKS; look += 1) {
      const { workspaces, isFull } = await this.page(tx, now, found);
      found.push(...workspaces);
      if (!isFull) break;
    }
    return found;
  }

  private async page(
    tx: Transaction,
    now: Date,
    except: readonly Task[],
  ): Promise<{ workspaces: Task[]; isFull: boolean }> {
    const rows = await tx.query<Task & { rows: number }>(
      `/* workspaces due in ${this.table} */
      select shard / 256 as "workspaceId", count(*)::int as rows from (
        select shard from ${this.table} where due_at <= $1 and shard / 256 <> all($2::int[])
        order by due_at limit ${PAGE}
      ) as due group by 1`,
      [now, except.map(({ workspaceId }) => workspaceId)],
    );
    const workspaces = rows.map(({ workspaceId }) => ({ workspaceId }));
    return { workspaces, isFull: rows.reduce((sum, one) => sum + one.rows, 0) >= PAGE };
  }
}
