/**
 * Milliseconds to wait before try number `attempt` (from 0): doubling up to `most`, a random half of it taken off, so
 * that the clients of a server that was away do not all come back at once.
 */
export function growingPause(attempt: number, { least, most }: { least: number; most: number }): number {
  return Math.min(most, least * 2 ** Math.min(attempt, 30)) * (0.5 + Math.random() / 2);
}

/** @throws the reason of `signal` when it aborts meanwhile */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  await new Promise<void>((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener('abort', end);
  });
  signal?.throwIfAborted();
}
