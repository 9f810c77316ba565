import type { Merging } from '../identity/index.js';
import type { Clock, Database, Transaction } from '../platform/index.js';
import { ingestBatch } from './ingest-batch.js';
import type { Item, Outcome } from './item.js';
import { isAboutData, rejectUnkept } from './refused-by-database.js';

export interface IngestLaneOptions {
  database: Database;
  clock: Clock;
  merging: Merging;
}

interface Request {
  items: readonly Item[];
  bytes: number;
  resolve(outcomes: Outcome[]): void;
  reject(error: unknown): void;
}

/** The steps of a batch each run in one go, while nothing else does. */
const BATCH_ITEMS = 1_000;
export const BATCH_BYTES = 512 * 1024;

/**
 * One batch at a time. Groups concurrent requests into batches, as DataLoader does for reads: while a batch is under
 * way, what arrives waits and then goes together. An idle lane adds no wait at all.
 */
export class IngestLane {
  private readonly waiting = new Map<number, Request[]>();
  private isRunning = false;
  private idle: (() => void) | undefined;

  constructor(private readonly options: IngestLaneOptions) {}

  /** Puts checked items through the pipeline. @returns one outcome for each, in their order, after the commit */
  submit(workspaceId: number, items: readonly Item[]): Promise<Outcome[]> {
    if (items.length === 0) return Promise.resolve([]);
    return new Promise((resolve, reject) => {
      const line = this.waiting.get(workspaceId) ?? [];
      line.push({ items, bytes: bytesOf(items), resolve, reject });
      this.waiting.set(workspaceId, line);
      // Requests that were read in the same turn of the event loop go together.
      setImmediate(() => this.start());
    });
  }

  /** Resolves when everything that was submitted has been answered. */
  drain(): Promise<void> {
    if (!this.isRunning && this.waiting.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.idle = resolve;
    });
  }

  private start(): void {
    if (this.isRunning) return;
    const [workspaceId] = this.waiting.keys();
    if (workspaceId === undefined) return this.idle?.();
    this.isRunning = true;
    void this.run(workspaceId, this.take(workspaceId)).finally(() => {
      this.isRunning = false;
      this.start();
    });
  }

  /** The next requests of a workspace, up to one batch; the workspace then goes to the end of the line. */
  private take(workspaceId: number): Request[] {
    const line = this.waiting.get(workspaceId) ?? [];
    let [items, bytes, count] = [0, 0, 0];
    for (const next of line) {
      items += next.items.length;
      bytes += next.bytes;
      if (count > 0 && (items > BATCH_ITEMS || bytes > BATCH_BYTES)) break;
      count += 1;
    }
    const taken = line.splice(0, count);
    this.waiting.delete(workspaceId);
    if (line.length > 0) this.waiting.set(workspaceId, line);
    return taken;
  }

  private async run(workspaceId: number, requests: readonly Request[]): Promise<void> {
    try {
      const outcomes = await this.apply(
        workspaceId,
        requests.flatMap((request) => request.items),
      );
      let start = 0;
      for (const request of requests) {
        request.resolve(outcomes.slice(start, start + request.items.length));
        start += request.items.length;
      }
    } catch (error) {
      for (const request of requests) request.reject(error);
    }
  }

  /**
   * Should the database refuse a value that our checks let pass, the batch is halved until the item stands alone:
   * it is rejected, and its neighbours, which may be other senders', are not.
   */
  private async apply(workspaceId: number, items: readonly Item[]): Promise<Outcome[]> {
    try {
      return await this.options.database.transaction(workspaceId, (tx) =>
        ingestBatch(tx, { items, clock: this.options.clock, merging: this.options.merging }),
      );
    } catch (error) {
      if (!isAboutData(error)) throw error;
      const [only] = items;
      if (only && items.length === 1) {
        const now = this.options.clock.now();
        const reject = (tx: Transaction) => rejectUnkept(tx, { item: only, now });
        return [await this.options.database.transaction(workspaceId, reject)];
      }
      const middle = Math.ceil(items.length / 2);
      return [
        ...(await this.apply(workspaceId, items.slice(0, middle))),
        ...(await this.apply(workspaceId, items.slice(middle))),
      ];
    }
  }
}

export function bytesOf(items: readonly Item[]): number {
  return items.reduce((sum, item) => sum + item.size, 0);
}
