import { newId } from '../platform/index.js';
import type { Database, ListenerReads, Signals } from '../platform/index.js';
import { Watch } from '../platform/index.js';
import { isOpen } from './run.js';
import type { RunRow } from './run.js';
import { runsById, runsToTell } from './run.reads.js';
import { changedRun, runsTopic } from './signal-run.js';

interface WatchRuns {
  database: Database;
  signals: Signals;
  reads: ListenerReads;
  workspaceId: number;
}

/** One run, first as it is and then after each change, until it is over. */
export function watchRun({ database, signals, reads, workspaceId }: WatchRuns, id: string): Watch<RunRow> {
  let last: RunRow | undefined;
  return new Watch({
    signals,
    topic: runsTopic(workspaceId),
    concerns: (details) => details.some((detail) => changedRun(detail).id === id),
    look: async () => {
      const found = await reads.run(() => database.transaction(workspaceId, (tx) => runsById(tx, [id])));
      const run = found.get(id);
      if (!run || (last && isSame(run, last))) return [];
      last = run;
      return [run];
    },
    isOver: () => last !== undefined && !isOpen(last.state),
    poll: 'ALWAYS',
  });
}

/**
 * The most runs that a watch remembers between two looks because of signals. It finds the others too when they are
 * under way, were so at the look before, or are new.
 */
const MOST_HEARD = 1_000;

/** Runs of a workspace: first all that are under way, then each that changes. */
export function watchRuns(
  { database, signals, reads, workspaceId }: WatchRuns,
  kinds: readonly string[],
): Watch<RunRow> {
  /** As they were told last. */
  let told = new Map<string, RunRow>();
  let signalled = new Set<string>();
  const hear = (ids: Iterable<string>) => {
    for (const id of ids) if (signalled.size < MOST_HEARD) signalled.add(id);
  };
  const recent = new RecentIds();
  return new Watch({
    signals,
    topic: runsTopic(workspaceId),
    concerns: (details) => {
      const changed = details.map(changedRun).filter(({ kind }) => kinds.includes(kind));
      hear(changed.map(({ id }) => id));
      return changed.length > 0;
    },
    look: async () => {
      const heard = signalled;
      signalled = new Set();
      // Those that were under way may have ended; those made lately may have begun and ended without a signal.
      const open = [...told.values()].filter(({ state }) => isOpen(state)).map(({ id }) => id);
      const asked = { kinds, named: [...heard, ...open], after: recent.first() };
      const rows = await reads
        .run(() => database.transaction(workspaceId, (tx) => runsToTell(tx, asked)))
        .catch((error: unknown) => {
          hear(heard);
          throw error;
        });
      const before = told;
      told = new Map(rows.map((row) => [row.id, row]));
      return rows.filter((row) => {
        const last = before.get(row.id);
        return !last || !isSame(row, last);
      });
    },
    poll: 'ALWAYS',
  });
}

/** Longer than a transaction takes that makes a run, and than the clocks of servers differ, in milliseconds. */
const RECENT_MS = 30_000;

/** Tells ids that have been made lately from older ones: ids sort by the instant at which they are made. */
class RecentIds {
  private readonly marks = [{ at: performance.now(), id: newId() }];

  /** @returns an id older than all recent ones, or as old as this object */
  first(): string {
    const at = performance.now();
    this.marks.push({ at, id: newId() });
    while ((this.marks[1]?.at ?? at) < at - RECENT_MS) this.marks.shift();
    return this.marks[0]?.id ?? '';
  }
}

/** Steps, failures and changes of the state are told; what else the row holds changes with these. */
function isSame(one: RunRow, other: RunRow): boolean {
  return one.state === other.state && one.steps === other.steps && one.failures === other.failures;
}
