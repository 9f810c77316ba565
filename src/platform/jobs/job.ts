import type { Clock } from '../clock.js';
import type { Database } from '../database.js';
import type { Log } from '../log.js';
import type { Transaction } from '../transaction.js';

/** A piece of work that waits in the database. */
export interface Task {
  workspaceId: number;
}

/** What jobs work with. */
export interface JobTools {
  database: Database;
  clock: Clock;
  log: Log;
}

/**
 * One kind of work that waits in the database for a server. Every server does all kinds; the servers share the work
 * through the database and need not know of each other.
 */
export interface Job<T extends Task = Task> {
  /** Names it in the log. */
  name: string;
  /** The signal that some of it may wait. Without a signal it is found at the next look. */
  topic?: string;
  /**
   * Which tasks wait, of all workspaces: in a transaction of `Database.lookingForWork`. Each of them gets one step
   * before the next look, in this order. So no workspace may crowd the others out of the answer.
   */
  look(tx: Transaction, now: Date): Promise<T[]>;
  /**
   * Takes one step, which should end within half a second: other tasks wait meanwhile.
   * @returns whether to look for more at once
   */
  step(tools: JobTools, task: T): Promise<boolean>;
  /** Notes that a step failed for a reason of its own, so that the task is put off, or given up. */
  noteFailure?(tools: JobTools, task: T, error: unknown): Promise<void>;
  /** Hands back what this server holds. It takes no step after that. */
  stop?(tools: JobTools): Promise<void>;
}
