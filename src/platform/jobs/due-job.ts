import type { Clock } from '../clock.js';
import type { Database } from '../database.js';
import type { Job } from './job.js';
import { WorkspacesDue } from './workspaces-due.js';

interface DueJob {
  name: string;
  /** A table of people, with the columns `shard` and `due_at`. */
  table: 'recheck' | 'item_ahead';
  /** Deals with some of what a workspace has due. @returns how much; 0 = nothing is left, or others have it */
  work: (database: Database, clock: Clock, workspaceId: number) => Promise<number>;
}

/** A job that does what falls due with time. */
export function dueJob({ name, table, work }: DueJob): Job {
  const due = new WorkspacesDue(table);
  return {
    name,
    look: (tx, now) => due.look(tx, now),
    step: async ({ database, clock }, { workspaceId }) => {
      const done = await work(database, clock, workspaceId);
      if (done === 0) due.forget(workspaceId);
      return done > 0;
    },
  };
}
