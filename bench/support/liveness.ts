import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

const EVERY_MS = 10;

/** Asks `/health/live` again and again from a thread of its own, so that what this one does is not measured. */
export class Liveness {
  private readonly worker: Worker;

  /** @param url of `/health/live` */
  constructor(url: string) {
    this.worker = new Worker(new URL(import.meta.url), { workerData: url });
  }

  /** @returns the longest answer since the last call, in milliseconds */
  async longest(): Promise<number> {
    this.worker.postMessage('longest');
    const [longest] = (await once(this.worker, 'message')) as [number];
    return longest;
  }

  async stop(): Promise<void> {
    await this.worker.terminate();
  }
}

if (!isMainThread && parentPort) {
  let longest = 0;
  parentPort.on('message', () => {
    parentPort?.postMessage(longest);
    longest = 0;
  });
  for (;;) {
    const started = performance.now();
    await (await fetch(workerData as string)).arrayBuffer();
    longest = Math.max(longest, performance.now() - started);
    await sleep(EVERY_MS);
  }
}
