import pRetry from 'p-retry';

/** Longer than a table is locked by usual maintenance, shorter than proxies and people wait. */
const FOR_MS = 20_000;

/**
 * Does `work` until it succeeds, with growing random pauses of up to a second, for 20 seconds at most.
 * @param isWorthIt whether an error may pass by itself; any other one is thrown at once
 */
export function tryAgain<T>(work: () => Promise<T>, isWorthIt: (error: Error) => boolean): Promise<T> {
  return pRetry(work, {
    retries: Infinity,
    minTimeout: 50,
    maxTimeout: 1_000,
    randomize: true,
    maxRetryTime: FOR_MS,
    unref: true,
    shouldRetry: ({ error }) => isWorthIt(error),
  });
}
