import type { Signals } from './signals.js';

interface Watched<T> {
  signals: Signals;
  /** The signal that something may have changed. */
  topic: string;
  /** Whether a signal with these details is about what is watched. Absent = every signal is. */
  concerns?: (details: readonly string[]) => boolean;
  /** What is to be told now; empty = nothing new. What it tells must be told: it may count on that. */
  look: () => Promise<readonly T[]>;
  /** Whether there will be nothing new any more. */
  isOver?: () => boolean;
  /**
   * When to look without a signal, once a second: `ALWAYS` tells first how things are, and loses no change with a
   * signal that is lost. `DISCONNECTED` looks only while Redis is away.
   */
  poll: 'ALWAYS' | 'DISCONNECTED';
}

/** How long a change may take to be noticed when no signal comes. */
const LOOK_EVERY_MS = 1_000;

/** What changes, for a subscription: after each signal it looks, and tells what is new. Changes in quick succession come as one. */
export class Watch<T> implements AsyncIterableIterator<T> {
  private readonly ready: T[] = [];
  private isDue: boolean;
  private closed = false;
  private wake: (() => void) | undefined;
  private readonly unlisten: () => void;

  constructor(private readonly watched: Watched<T>) {
    this.isDue = watched.poll === 'ALWAYS';
    this.unlisten = watched.signals.listen(watched.topic, (details) => {
      if (watched.concerns?.(details) ?? true) this.lookSoon();
    });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Something has changed, as far as the caller knows. */
  lookSoon(): void {
    this.isDue = true;
    this.wake?.();
  }

  /** @throws what `look` throws; the next call looks again */
  async next(): Promise<IteratorResult<T, undefined>> {
    while (!this.closed) {
      const value = this.ready.shift();
      if (value !== undefined) return { value, done: false };
      if (this.watched.isOver?.()) break;
      if (this.isDue) await this.lookNow();
      else await this.pause();
    }
    return this.return();
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.closed = true;
    this.unlisten();
    this.wake?.();
    return Promise.resolve({ value: undefined, done: true });
  }

  private async lookNow(): Promise<void> {
    // Before the look: what changes during it must be looked at again.
    this.isDue = false;
    try {
      this.ready.push(...(await this.watched.look()));
    } catch (error) {
      this.isDue = true;
      throw error;
    }
  }

  private pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        const { poll, signals } = this.watched;
        if (poll === 'ALWAYS' || signals.connected === false) this.isDue = true;
        resolve();
      }, LOOK_EVERY_MS);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
