import { OnefoldError } from '../platform/index.js';
import { BATCH_BYTES, bytesOf, IngestLane } from './ingest-lane.js';
import type { IngestLaneOptions } from './ingest-lane.js';
import type { Item, Outcome } from './item.js';
import { partByPeople } from './part-by-people.js';

export interface IngestQueueOptions extends IngestLaneOptions {
  /** Batches under way at a time: so many of small requests, and so many of bulk. */
  concurrency: number;
  /** Items of small requests, and likewise of bulk, that may be unanswered; past that senders are told to come again. */
  maxWaitingItems: number;
  /** Likewise, in bytes. */
  maxWaitingBytes: number;
}

/** Requests with fewer items than this go by themselves: they must not wait for the batches of a bulk load. */
const BULK = 100;
const MS_PER_WAITING_ITEM = 0.1;

/** The way into the pipeline: lanes for small requests, and lanes for bulk. Memory is bounded. */
export class IngestQueue {
  private readonly small: Lanes;
  private readonly bulk: Lanes;

  constructor(options: IngestQueueOptions) {
    this.small = new Lanes(options);
    this.bulk = new Lanes(options);
  }

  /**
   * Puts checked items through the pipeline. @returns one outcome for each, in their order, after the commit
   * @throws OnefoldError THROTTLED
   */
  async submit(workspaceId: number, items: readonly Item[]): Promise<Outcome[]> {
    return (items.length < BULK ? this.small : this.bulk).submit(workspaceId, items);
  }

  /** Resolves when everything that was submitted has been answered. */
  async drain(): Promise<void> {
    await Promise.all([this.small.drain(), this.bulk.drain()]);
  }
}

/** Each lane has its people (see `partByPeople`), so that batches side by side rarely meet. */
class Lanes {
  private readonly lanes: readonly IngestLane[];
  private waitingItems = 0;
  private waitingBytes = 0;

  constructor(private readonly options: IngestQueueOptions) {
    this.lanes = Array.from({ length: options.concurrency }, () => new IngestLane(options));
  }

  async submit(workspaceId: number, items: readonly Item[]): Promise<Outcome[]> {
    const bytes = bytesOf(items);
    this.refuseTooMuch(items.length, bytes);
    this.waitingItems += items.length;
    this.waitingBytes += bytes;
    try {
      const parts = partByPeople(items, this.lanes.length).flatMap((part, lane) =>
        partBySize(part).map((some) => ({ lane: this.lanes[lane], items: some })),
      );
      // All of them, also when one fails: until then the items are not answered.
      const settled = await Promise.allSettled(
        parts.map((part) => part.lane?.submit(workspaceId, part.items) ?? Promise.resolve([])),
      );
      const outcomes = new Map<Item, Outcome>();
      for (const [index, one] of settled.entries()) {
        if (one.status === 'rejected') throw one.reason;
        one.value.forEach((outcome, at) => outcomes.set(parts[index]?.items[at] as Item, outcome));
      }
      return items.map((item) => outcomes.get(item) as Outcome);
    } finally {
      this.waitingItems -= items.length;
      this.waitingBytes -= bytes;
    }
  }

  async drain(): Promise<void> {
    await Promise.all(this.lanes.map((lane) => lane.drain()));
  }

  private refuseTooMuch(items: number, bytes: number): void {
    const { maxWaitingItems, maxWaitingBytes } = this.options;
    if (this.waitingItems === 0) return;
    if (this.waitingItems + items <= maxWaitingItems && this.waitingBytes + bytes <= maxWaitingBytes) return;
    const retryAfterMs = Math.ceil(this.waitingItems * MS_PER_WAITING_ITEM) + 100;
    throw new OnefoldError('THROTTLED', { extensions: { retryAfterMs } });
  }
}

/** Parts of one batch each, in the order of the items. */
function partBySize(items: readonly Item[]): (readonly Item[])[] {
  if (bytesOf(items) <= BATCH_BYTES) return [items];
  const parts: Item[][] = [];
  let bytes = Infinity;
  for (const item of items) {
    bytes += item.size;
    if (bytes > BATCH_BYTES) {
      parts.push([]);
      bytes = item.size;
    }
    parts.at(-1)?.push(item);
  }
  return parts;
}
