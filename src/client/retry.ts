import { OnefoldError } from './onefold-error.js';
import { growingPause, pause } from './pause.js';

interface RetryOptions {
  /** Whether doing it twice is the same as doing it once. */
  isIdempotent: boolean;
  /** No new try begins later than this after the first one; in milliseconds. */
  forMs: number;
  signal?: AbortSignal;
}

const PAUSES = { least: 200, most: 5_000 };

/** Failures after which nobody knows whether the work was done. */
const UNCERTAIN = new Set(['UNREACHABLE', 'UNAVAILABLE']);

/** Tries `work` again after failures that pass. @throws what the last try threw */
export async function retry<Result>(
  work: () => Promise<Result>,
  { isIdempotent, forMs, signal }: RetryOptions,
): Promise<Result> {
  const deadline = Date.now() + forMs;
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof OnefoldError)) throw error;
      // A throttled operation was not begun: it can be sent again whatever it does.
      if (error.code !== 'THROTTLED' && !(isIdempotent && UNCERTAIN.has(error.code))) throw error;
      const ms = growingPause(attempt, PAUSES) + (error.retryAfterMs ?? 0);
      if (Date.now() + ms > deadline) throw error;
      await pause(ms, signal);
    }
  }
}
