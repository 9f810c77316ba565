import type { Database, ListenerReads, Signals } from '../platform/index.js';
import { buildsOf, buildTopic } from './segment-build.js';
import type { BuildRow } from './segment-build.js';

interface BuildWatchOptions {
  database: Database;
  signals: Signals;
  reads: ListenerReads;
  workspaceId: number;
  segmentId: string;
}

/** How long progress may take to be noticed when no signal comes. */
const LOOK_EVERY_MS = 1_000;

/** The build of a segment, first as it is and then at every step, until it is done or given up. */
export class BuildWatch implements AsyncIterableIterator<BuildRow> {
  private last: BuildRow | undefined;
  private closed = false;
  private signalled = false;
  private wake: (() => void) | undefined;
  private readonly unlisten: () => void;

  constructor(private readonly options: BuildWatchOptions) {
    this.unlisten = options.signals.listen(buildTopic(options.segmentId), () => {
      this.signalled = true;
      this.wake?.();
    });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<BuildRow, undefined>> {
    while (!this.closed && !isOver(this.last)) {
      this.signalled = false;
      const row = await this.look();
      if (row && !isSame(row, this.last)) {
        this.last = row;
        return { value: row, done: false };
      }
      if (!this.signalled) await this.pause();
    }
    return this.return();
  }

  return(): Promise<IteratorResult<BuildRow, undefined>> {
    this.closed = true;
    this.unlisten();
    this.wake?.();
    return Promise.resolve({ value: undefined, done: true });
  }

  private async look(): Promise<BuildRow | undefined> {
    const { database, reads, workspaceId, segmentId } = this.options;
    const builds = await reads.run(() =>
      database.transaction(workspaceId, (tx) => buildsOf(tx, [segmentId])),
    );
    return builds.get(segmentId);
  }

  private pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, LOOK_EVERY_MS);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

function isOver(row: BuildRow | undefined): boolean {
  return row?.state === 'DONE' || row?.state === 'FAILED';
}

function isSame(row: BuildRow, last: BuildRow | undefined): boolean {
  return row.id === last?.id && row.state === last.state && row.shardsDone === last.shardsDone;
}
