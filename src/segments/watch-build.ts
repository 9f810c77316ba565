import type { Database, ListenerReads, Signals } from '../platform/index.js';
import { Watch } from '../platform/index.js';
import { buildsOf, buildTopic, isUnderWay } from './segment-build.js';
import type { BuildRow } from './segment-build.js';

interface WatchBuild {
  database: Database;
  signals: Signals;
  reads: ListenerReads;
  workspaceId: number;
  segmentId: string;
}

/** The build of a segment, first as it is and then at every step, until it is done or given up. */
export function watchBuild({
  database,
  signals,
  reads,
  workspaceId,
  segmentId,
}: WatchBuild): Watch<BuildRow> {
  let last: BuildRow | undefined;
  const look = async () => {
    const builds = await reads.run(() =>
      database.transaction(workspaceId, (tx) => buildsOf(tx, [segmentId])),
    );
    const row = builds.get(segmentId);
    if (!row || isSame(row, last)) return [];
    last = row;
    return [row];
  };
  return new Watch({
    signals,
    topic: buildTopic(segmentId),
    look,
    isOver: () => last !== undefined && !isUnderWay(last),
    poll: 'ALWAYS',
  });
}

function isSame(row: BuildRow, last: BuildRow | undefined): boolean {
  return row.id === last?.id && row.state === last.state && row.shardsDone === last.shardsDone;
}
