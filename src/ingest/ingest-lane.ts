import { Semaphore } from 'async-mutex';
import { OnefoldError, sqlState } from '../platform/index.js';
import type { Clock, Database } from '../platform/index.js';
import { ingestBatch } from './ingest-batch.js';
import { rejected } from './item.js';
import type { Item, Outcome } from './item.js';

export interface IngestLaneOptions {
  database: Database;
  clock: Clock;
  /** Batches that may change people at a time, of all workspaces. */
  concurrency: number;
  /** Items that may wait in a lane; past that senders are told to come again. */
  maxWaitingItems: number;
  /** Likewise, in bytes. */
  maxWaitingBytes: number;
}

interface Request {
  items: readonly Item[];
  bytes: number;
  resolve(outcomes: Outcome[]): void;
  reject(error: unknown): void;
}

const BATCH_ITEMS = 1_000;
/** Batches that claim their receipts while those before them are still at work. */
const AHEAD = 1;
const MS_PER_WAITING_ITEM = 0.15;

/**
 * Groups concurrent requests into batches, as DataLoader does for reads: while all places are taken, what arrives
 * waits and then goes together. An idle server adds no wait at all. Memory is bounded: past the bound it refuses.
 */
export class IngestLane {
  private readonly waiting = new Map<number, Request[]>();
  private waitingItems = 0;
  private waitingBytes = 0;
  private running = 0;
  private idle: (() => void) | undefined;
  private readonly turns: Semaphore;

  constructor(private readonly options: IngestLaneOptions) {
    this.turns = new Semaphore(options.concurrency);
  }

  /**
   * Puts checked items through the pipeline. @returns one outcome for each, in their order, after the commit
   * @throws OnefoldError THROTTLED
   */
  submit(workspaceId: number, items: readonly Item[]): Promise<Outcome[]> {
    if (items.length === 0) return Promise.resolve([]);
    const bytes = items.reduce((sum, item) => sum + item.size, 0);
    const { maxWaitingItems, maxWaitingBytes } = this.options;
    if (
      this.waitingItems > 0 &&
      (this.waitingItems + items.length > maxWaitingItems || this.waitingBytes + bytes > maxWaitingBytes)
    ) {
      const retryAfterMs = Math.ceil(this.waitingItems * MS_PER_WAITING_ITEM) + 100;
      return Promise.reject(new OnefoldError('THROTTLED', { extensions: { retryAfterMs } }));
    }
    return new Promise((resolve, reject) => {
      this.waitingItems += items.length;
      this.waitingBytes += bytes;
      const line = this.waiting.get(workspaceId) ?? [];
      line.push({ items, bytes, resolve, reject });
      this.waiting.set(workspaceId, line);
      // Requests that were read in the same turn of the event loop go together.
      setImmediate(() => this.start());
    });
  }

  /** Resolves when everything that was submitted has been answered. */
  drain(): Promise<void> {
    if (this.running === 0 && this.waiting.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.idle = resolve;
    });
  }

  private start(): void {
    while (this.running < this.options.concurrency + AHEAD) {
      const [workspaceId] = this.waiting.keys();
      if (workspaceId === undefined) break;
      this.running += 1;
      void this.run(workspaceId, this.take(workspaceId)).finally(() => {
        this.running -= 1;
        this.start();
      });
    }
    if (this.running === 0 && this.waiting.size === 0) this.idle?.();
  }

  /** The next requests of a workspace, up to one batch; the workspace then goes to the end of the line. */
  private take(workspaceId: number): Request[] {
    const line = this.waiting.get(workspaceId) ?? [];
    let [items, count] = [0, 0];
    while (count < line.length && (count === 0 || items + (line[count]?.items.length ?? 0) <= BATCH_ITEMS)) {
      items += line[count]?.items.length ?? 0;
      count += 1;
    }
    const taken = line.splice(0, count);
    this.waiting.delete(workspaceId);
    if (line.length > 0) this.waiting.set(workspaceId, line);
    for (const request of taken) {
      this.waitingItems -= request.items.length;
      this.waitingBytes -= request.bytes;
    }
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
    const { database, clock } = this.options;
    const turn = new Turn(this.turns);
    try {
      return await database.transaction(workspaceId, (tx) =>
        ingestBatch(tx, { items, now: clock.now(), turn: () => turn.come() }),
      );
    } catch (error) {
      if (!isAboutData(error)) throw error;
      turn.end();
      const [only] = items;
      if (only && items.length === 1)
        return [
          rejected(only.externalId, [
            new OnefoldError('INVALID_VALUE', {
              message: 'The database cannot keep this item. Look for unusual values in it.',
            }),
          ]),
        ];
      const middle = Math.ceil(items.length / 2);
      return [
        ...(await this.apply(workspaceId, items.slice(0, middle))),
        ...(await this.apply(workspaceId, items.slice(middle))),
      ];
    } finally {
      turn.end();
    }
  }
}

/** One batch's place among those that may change people: taken once, however often its transaction starts anew. */
class Turn {
  private taken: Promise<() => void> | undefined;

  constructor(private readonly turns: Semaphore) {}

  async come(): Promise<void> {
    this.taken ??= this.turns.acquire().then(([, release]) => release);
    await this.taken;
  }

  end(): void {
    void this.taken?.then((release) => release());
  }
}

/** SQLSTATE classes 22 (data exception), 23 (integrity constraint violation) and 54 (program limit exceeded). */
function isAboutData(error: unknown): boolean {
  return /^(22|23|54)/.test(sqlState(error) ?? '');
}
