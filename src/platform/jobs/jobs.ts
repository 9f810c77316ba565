import { isUnavailable } from '../passing-failure.js';
import type { Signals } from '../signals.js';
import type { Job, JobTools, Task } from './job.js';
import { Loop } from './loop.js';

interface JobsOptions extends JobTools {
  signals: Signals;
  /**
   * Each lane does its jobs one after the other, in this order; lanes do not wait for each other. Work belongs in one
   * lane when some of it must come first, and in a lane of its own when its steps may be long.
   */
  lanes: readonly (readonly Job[])[];
  /** How often work is looked for without a signal, in milliseconds. */
  pollEveryMs: number;
}

/** All work of a server that nobody waits for at the other end of a request. */
export class Jobs {
  private readonly lanes: readonly { jobs: readonly Job[]; loop: Loop }[];
  private readonly unlisten: (() => void)[];
  private isStopping = false;

  constructor(private readonly options: JobsOptions) {
    const { signals, pollEveryMs, log } = options;
    this.lanes = options.lanes.map((jobs) => ({
      jobs,
      loop: new Loop({
        step: () => this.round(jobs),
        pollEveryMs,
        onFailure: (err) =>
          log.error({ err, jobs: namesOf(jobs) }, 'background work failed; it is tried until it succeeds'),
      }),
    }));
    this.unlisten = this.lanes.flatMap(({ jobs, loop }) =>
      jobs.flatMap(({ topic }) => (topic === undefined ? [] : [signals.listen(topic, () => loop.wake())])),
    );
  }

  /** Finishes the steps under way. What is left is taken up by another server, or at the next start. */
  async stop(): Promise<void> {
    this.isStopping = true;
    for (const unlisten of this.unlisten) unlisten();
    await Promise.all(this.lanes.map(({ loop, jobs }) => this.stopLane(loop, jobs)));
  }

  private async stopLane(loop: Loop, jobs: readonly Job[]): Promise<void> {
    await loop.stop();
    for (const job of jobs)
      await job.stop?.(this.options).catch((err: unknown) => {
        this.options.log.warn(
          { err, job: job.name },
          'background work was not handed back; it is taken up later',
        );
      });
  }

  /** One step of each task that waits: so nobody waits longer than one step of each other. */
  private async round(jobs: readonly Job[]): Promise<boolean> {
    const { database, clock } = this.options;
    const waiting = await database.lookingForWork((tx) =>
      Promise.all(jobs.map((job) => job.look(tx, clock.now()))),
    );
    let more = false;
    for (const [index, job] of jobs.entries())
      for (const task of waiting[index] ?? []) {
        if (this.isStopping) return false;
        more = (await this.take(job, task)) || more;
      }
    return more;
  }

  /** What fails holds up no other work: it still waits, and is found again. */
  private async take(job: Job, task: Task): Promise<boolean> {
    try {
      return await job.step(this.options, task);
    } catch (err) {
      const about = { err, job: job.name, ...task };
      if (isUnavailable(err)) {
        this.options.log.warn(about, 'background work waits for the database');
        return false;
      }
      this.options.log.error(about, 'a step of background work failed');
      await job.noteFailure?.(this.options, task, err).catch((error: unknown) => {
        this.options.log.warn(
          { ...about, err: error },
          'the failure could not be noted; the step is tried again',
        );
      });
      return false;
    }
  }
}

function namesOf(jobs: readonly Job[]): string {
  return jobs.map(({ name }) => name).join(', ');
}
