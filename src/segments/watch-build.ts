import { Watch } from '../platform/index.js';
import type { Database, ListenerReads, Signals, Transaction } from '../platform/index.js';
import { changedRun, isOpen, runsById, runsTopic } from '../runs/index.js';
import type { RunRow } from '../runs/index.js';
import { BUILD, buildsOf } from './segment-build.js';

interface WatchBuild {
  database: Database;
  signals: Signals;
  reads: ListenerReads;
  workspaceId: number;
  segmentId: string;
}

/** The run of the latest build of a segment, first as it is and then after every step, until it is over. */
export function watchBuild({ database, signals, reads, workspaceId, segmentId }: WatchBuild): Watch<RunRow> {
  let last: RunRow | undefined;
  return new Watch({
    signals,
    topic: runsTopic(workspaceId),
    // A build that takes the place of another ends that one's run.
    concerns: (details) =>
      details.map(changedRun).some(({ kind, id }) => kind === BUILD.name && (!last || id === last.id)),
    look: async () => {
      const run = await reads.run(() =>
        database.transaction(workspaceId, (tx) => latestBuild(tx, segmentId)),
      );
      if (!run || isSame(run, last)) return [];
      last = run;
      return [run];
    },
    isOver: () => last !== undefined && !isOpen(last.state),
    poll: 'ALWAYS',
  });
}

async function latestBuild(tx: Transaction, segmentId: string): Promise<RunRow | undefined> {
  const build = (await buildsOf(tx, [segmentId])).get(segmentId);
  return build && (await runsById(tx, [build.runId])).get(build.runId);
}

function isSame(run: RunRow, last: RunRow | undefined): boolean {
  return run.id === last?.id && run.state === last.state && run.steps === last.steps;
}
