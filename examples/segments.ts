import { setTimeout as sleep } from 'node:timers/promises';
import {
  ChangesDocument,
  CreateSegmentDocument,
  EndOfChangesDocument,
  SegmentDocument,
} from 'onefold/client';
import type { Client, CreateSegmentInput, SegmentChange } from 'onefold/client';
import { Trouble } from './connect.ts';

/** Creates the segments that are not there yet; one that is stays as it is. @returns the keys of the new ones */
export async function defineSegments(
  client: Client,
  segments: readonly CreateSegmentInput[],
): Promise<string[]> {
  const created: string[] = [];
  for (const input of segments) {
    // They may be there before anything has been sent.
    const variables = { input: { ...input, allowUndefined: true } };
    const { createSegment } = await client.execute(CreateSegmentDocument, variables);
    const refusal = createSegment?.userErrors[0];
    if (!refusal) created.push(input.key);
    else if (refusal.code !== 'KEY_TAKEN') throw new Trouble(`Segment ${input.key}: ${refusal.message}`);
  }
  return created;
}

/** How many belong to each segment, once everybody has been tried against its rule. */
export async function sizesOf(client: Client, keys: readonly string[]): Promise<Map<string, number>> {
  const sizes = new Map<string, number>();
  for (const key of keys) {
    let { segment } = await client.execute(SegmentDocument, { key });
    while (segment?.state === 'BUILDING') {
      await sleep(200);
      ({ segment } = await client.execute(SegmentDocument, { key }));
    }
    if (segment) sizes.set(key, segment.size);
  }
  return sizes;
}

/** Listens to segments from now on, counts, and remembers the last few changes. */
export class Watch {
  readonly entered = new Map<string, number>();
  readonly exited = new Map<string, number>();
  readonly recent: SegmentChange[] = [];
  private readonly client: Client;
  private readonly keys: readonly string[];
  private readonly stopped = new AbortController();
  private last: string | null;
  private listening: Promise<void> | undefined;

  private constructor(client: Client, keys: readonly string[], last: string | null) {
    this.client = client;
    this.keys = keys;
    this.last = last;
  }

  /** @param define makes the segments that are listened to; what that changes is already heard */
  static async begin(
    client: Client,
    keys: readonly string[],
    define: () => Promise<unknown>,
  ): Promise<Watch> {
    const { segmentChanges } = await client.execute(EndOfChangesDocument);
    await define();
    const watch = new Watch(client, keys, segmentChanges.pageInfo.endCursor);
    watch.listening = watch.listen();
    // Its failure is told when the watch ends.
    watch.listening.catch(() => undefined);
    return watch;
  }

  /** Waits until everything in the log has been heard, and ends. */
  async end(): Promise<void> {
    const listening = this.listening;
    while (!(await this.hasHeardAll())) await Promise.race([sleep(100), listening]);
    this.stopped.abort();
    await listening;
  }

  private async listen(): Promise<void> {
    const { client, keys, stopped } = this;
    const changes = client.segmentChanges({ segments: keys, after: this.last, signal: stopped.signal });
    for await (const change of changes) {
      const counts = change.kind === 'ENTERED' ? this.entered : this.exited;
      counts.set(change.segment.key, (counts.get(change.segment.key) ?? 0) + 1);
      this.recent.push(change);
      if (this.recent.length > 5) this.recent.shift();
      this.last = change.cursor;
    }
  }

  private async hasHeardAll(): Promise<boolean> {
    const next = { segments: [...this.keys], after: this.last, first: 1 };
    const { segmentChanges } = await this.client.execute(ChangesDocument, next);
    return segmentChanges.nodes.length === 0;
  }
}
