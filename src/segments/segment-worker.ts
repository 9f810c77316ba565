import { isUnavailable } from '../platform/index.js';
import type { Clock, Database, Log, Signals, Transaction } from '../platform/index.js';
import { Builder } from './builder.js';
import { archiveExpired, workspacesWithExpired } from './change-status.js';
import { recheckDue, workspacesWithRechecksDue } from './recheck.js';
import { BUILDS_TOPIC, buildsToDo, noteBuildFailure } from './segment-build.js';

/** Work that falls due with time. */
export interface WorkOfWorkspaces {
  /** Where some is due. */
  due(tx: Transaction, now: Date): Promise<{ workspaceId: number }[]>;
  /** Does some of it. @returns how much */
  work(database: Database, clock: Clock, workspaceId: number): Promise<number>;
}

interface SegmentWorkerOptions {
  database: Database;
  clock: Clock;
  signals: Signals;
  log: Log;
  /** What was dated ahead and begins to count by time: done before people are looked at for it. */
  ahead: WorkOfWorkspaces;
  /** How often work is looked for without a signal, in milliseconds. */
  pollEveryMs: number;
}

/**
 * Does what segments need beside ingest: builds, and looks at people whom time alone may have moved. Every server
 * runs one; they share the work through the database and need not know of each other.
 */
export class SegmentWorker {
  private readonly loops: Loop[];
  private readonly builder: Builder;
  private readonly unlisten: () => void;

  constructor(private readonly options: SegmentWorkerOptions) {
    this.builder = new Builder(options.database, options.clock);
    const builds = new Loop(() => this.build(), options);
    const rechecks = new Loop(() => this.recheck(), options);
    const expiry = new Loop(() => this.expire(), options);
    this.loops = [builds, rechecks, expiry];
    this.unlisten = options.signals.listen(BUILDS_TOPIC, () => builds.wake());
  }

  /** Finishes the transactions under way; what is left is taken up by another server, or at the next start. */
  async stop(): Promise<void> {
    this.unlisten();
    await Promise.all(this.loops.map((loop) => loop.stop()));
  }

  private async build(): Promise<boolean> {
    const { database, clock, log } = this.options;
    const builds = await database.lookingForWork(async (tx) => {
      const [found] = await Promise.all([buildsToDo(tx, clock.now()), this.builder.watch(tx)]);
      return found;
    });
    this.builder.keepOnly(builds);
    let more = false;
    for (const build of builds) {
      try {
        more = (await this.builder.advance(build)) || more;
      } catch (error) {
        if (isUnavailable(error)) {
          log.warn({ err: error, segmentId: build.segmentId }, 'a segment build waits for the database');
          continue;
        }
        log.error({ err: error, segmentId: build.segmentId }, 'a segment build failed');
        await noteBuildFailure(database, clock, build);
      }
    }
    return more;
  }

  private async expire(): Promise<boolean> {
    const { database, clock } = this.options;
    const now = clock.now();
    const due = await database.lookingForWork((tx) => workspacesWithExpired(tx, now));
    await this.inEach(due, (workspaceId) => archiveExpired(database, workspaceId, now));
    return false;
  }

  private async recheck(): Promise<boolean> {
    const { database, clock, ahead } = this.options;
    const [begun, rechecks] = await database.lookingForWork((tx) =>
      Promise.all([ahead.due(tx, clock.now()), workspacesWithRechecksDue(tx, clock.now())]),
    );
    const done =
      (await this.inEach(begun, (workspaceId) => ahead.work(database, clock, workspaceId))) +
      (await this.inEach(rechecks, (workspaceId) => recheckDue(database, clock, workspaceId)));
    return done > 0;
  }

  /** What fails in one workspace holds up no other: it is still due, and is found again. @returns how much was done */
  private async inEach(
    workspaces: readonly { workspaceId: number }[],
    work: (workspaceId: number) => Promise<number>,
  ): Promise<number> {
    let done = 0;
    for (const { workspaceId } of workspaces) {
      try {
        done += await work(workspaceId);
      } catch (error) {
        const level = isUnavailable(error) ? 'warn' : 'error';
        this.options.log[level]({ err: error, workspaceId }, 'background work of a workspace failed');
      }
    }
    return done;
  }
}

/** Runs `step` again and again: at once while it says that there is more, else when woken or after a while. */
class Loop {
  private stopped = false;
  private woken = false;
  private isFailing = false;
  private wakeUp: (() => void) | undefined;
  private readonly finished: Promise<void>;

  constructor(
    private readonly step: () => Promise<boolean>,
    private readonly options: SegmentWorkerOptions,
  ) {
    this.finished = this.run();
  }

  wake(): void {
    this.woken = true;
    this.wakeUp?.();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.wake();
    await this.finished;
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      this.woken = false;
      const more = await this.step().then(
        (done) => {
          this.isFailing = false;
          return done;
        },
        (error: unknown) => this.complain(error),
      );
      if (!more && !this.woken) await this.pause();
    }
  }

  /** Once for all failures in a row: an outage may last. */
  private complain(error: unknown): false {
    if (!this.isFailing)
      this.options.log.error({ err: error }, 'background work failed; it is tried until it succeeds');
    this.isFailing = true;
    return false;
  }

  private pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.options.pollEveryMs);
      this.wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
