import pRetry from 'p-retry';

/** Longer than a table is locked by usual maintenance, shorter than proxies and people wait. */
const FOR_MS = 20_000;

interface Trying {
  /** Whether an error may pass by itself; any other one is thrown at once. */
  isWorthIt: (error: Error) => boolean;
  /** How long after the first failure it is tried again, in milliseconds. */
  forMs?: number;
}

/** Does `work` until it succeeds, with growing random pauses of up to a second, for 20 seconds at most. */
export function tryAgain<T>(work: () => Promise<T>, { isWorthIt, forMs = FOR_MS }: Trying): Promise<T> {
  let until: number | undefined;
  return pRetry(work, {
    retries: Infinity,
    minTimeout: 50,
    maxTimeout: 1_000,
    randomize: true,
    unref: true,
    shouldRetry: ({ error }) => {
      // From the first failure on: `work` may wait for long before it has anything to do.
      until ??= performance.now() + forMs;
      return performance.now() < until && isWorthIt(error);
    },
  });
}
