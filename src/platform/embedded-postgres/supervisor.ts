import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { Cluster } from './cluster.js';
import { companions } from './companions.js';
import { AnotherOnefold, obtainServer } from './obtain-server.js';
import type { ObtainedServer } from './obtain-server.js';
import { endSmartShutdown, killPostmaster, stopPostmaster } from './postmaster.js';
import type { Postmaster } from './postmaster.js';
import { keepOwnership } from './session.js';
import type { Ownership } from './session.js';

const PAUSE_MS = { least: 100, most: 5_000 };
const READY_WITHIN_MS = 10_000;
const WATCH_EVERY_MS = 1_000;
/** A server that ran for this long was in order; one that ends earlier uses up another of the tries. */
const STEADY_MS = 2_000;

export interface RestartPolicy {
  /** How often to start a server again that does not stay. */
  maxTries: number;
  onGivenUp: (reason: Error) => void;
}

/** Keeps the server running: one that ends by itself is started again, on the same port, a bounded number of times. */
export class Supervisor {
  private readonly cluster: Cluster;
  private readonly policy: RestartPolicy;
  private postmaster: Postmaster;
  private ownership: Ownership;
  private tries = 0;
  private servingSince = performance.now();
  private readonly watch: NodeJS.Timeout;
  private readonly stopping = new AbortController();
  private restarting: Promise<void> = Promise.resolve();
  private stopped: Promise<void> | undefined;

  // No parameter properties: tests have Node run this file as it is, and it only strips types.
  constructor(cluster: Cluster, { postmaster, session }: ObtainedServer, policy: RestartPolicy) {
    this.cluster = cluster;
    this.policy = policy;
    this.postmaster = postmaster;
    this.ownership = this.own(session);
    // What cannot be read now is looked at again.
    const look = () => void endSmartShutdown(this.cluster, this.postmaster).catch(() => undefined);
    this.watch = setInterval(look, WATCH_EVERY_MS).unref();
  }

  /** Ends all sessions and stops the server. Resolves when it has ended. */
  stop(): Promise<void> {
    return (this.stopped ??= this.end());
  }

  /** As `stop`, at once: what is under way breaks off, and the next start recovers from the log. */
  async kill(): Promise<void> {
    this.stopping.abort();
    if (this.ownership.isOurs) await killPostmaster(this.cluster, this.postmaster);
  }

  /** Keeps the lock until the server has ended: a Onefold that starts meanwhile must wait, not get this server. */
  private async end(): Promise<void> {
    clearInterval(this.watch);
    this.stopping.abort();
    await this.restarting;
    try {
      if (this.ownership.isOurs) await stopPostmaster(this.cluster, this.postmaster);
    } finally {
      this.ownership.release();
    }
  }

  private own(session: pg.Client): Ownership {
    return keepOwnership(this.cluster, this.postmaster, session, {
      onEnded: () => {
        companions.delete(this.postmaster.pid);
        if (this.stopping.signal.aborted) return;
        this.cluster.log.warn('PostgreSQL has ended by itself');
        this.restarting = this.restart();
      },
      onTaken: () => {
        companions.delete(this.postmaster.pid);
        this.policy.onGivenUp(new AnotherOnefold(this.cluster));
      },
    });
  }

  private async restart(): Promise<void> {
    const { signal } = this.stopping;
    if (performance.now() - this.servingSince > STEADY_MS) this.tries = 0;
    let reason = new Error('PostgreSQL ended again and again, each time soon after its start.');
    while (!signal.aborted) {
      if (this.tries >= this.policy.maxTries) return this.policy.onGivenUp(reason);
      const pauseMs = Math.min(PAUSE_MS.least * 2 ** this.tries, PAUSE_MS.most);
      this.tries += 1;
      this.cluster.log.warn({ try: this.tries, pauseMs }, 'starting PostgreSQL again');
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      try {
        return await this.startAgain();
      } catch (error) {
        reason = error as Error;
        if (reason instanceof AnotherOnefold) return this.policy.onGivenUp(reason);
        this.cluster.log.warn({ err: reason }, 'PostgreSQL did not start');
      }
    }
  }

  private async startAgain(): Promise<void> {
    const { port } = this.postmaster;
    const { postmaster, session } = await obtainServer(this.cluster, {
      port,
      readyWithinMs: READY_WITHIN_MS,
    });
    this.postmaster = postmaster;
    this.servingSince = performance.now();
    this.ownership = this.own(session);
    this.cluster.log.info('PostgreSQL is back');
  }
}
