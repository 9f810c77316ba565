import { IngestLane } from './ingest-lane.js';
import type { IngestLaneOptions } from './ingest-lane.js';
import type { Item, Outcome } from './item.js';

/** Requests with fewer items than this go by themselves: they must not wait for the batches of a bulk load. */
const BULK = 100;

/** The way into the pipeline: one lane for small requests, one for bulk. Each groups what arrives together. */
export class IngestQueue {
  private readonly small: IngestLane;
  private readonly bulk: IngestLane;

  constructor(options: IngestLaneOptions) {
    this.small = new IngestLane(options);
    this.bulk = new IngestLane(options);
  }

  /**
   * Puts checked items through the pipeline. @returns one outcome for each, in their order, after the commit
   * @throws OnefoldError THROTTLED
   */
  submit(workspaceId: number, items: readonly Item[]): Promise<Outcome[]> {
    return (items.length < BULK ? this.small : this.bulk).submit(workspaceId, items);
  }

  /** Resolves when everything that was submitted has been answered. */
  async drain(): Promise<void> {
    await Promise.all([this.small.drain(), this.bulk.drain()]);
  }
}
