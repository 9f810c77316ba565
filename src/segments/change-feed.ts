import type { Database, Signals } from '../platform/index.js';
import { changesAfter, headOfLog } from './change.reads.js';
import type { ChangeRow } from './change.reads.js';
import { changesTopic } from './log-changes.js';

interface ChangeFeedOptions {
  database: Database;
  signals: Signals;
  /** How often the log is looked at without a signal, in milliseconds. */
  pollEveryMs: number;
  onError: (error: unknown) => void;
}

interface Listen {
  workspaceId: number;
  /** The last change that the listener has seen; null = from now on. */
  after: number | null;
  /** null = all segments. */
  segmentIds: ReadonlySet<string> | null;
}

/** A change, and what it was found together with: whoever has read something for one of them knows it for all. */
export interface FeedEvent {
  change: ChangeRow;
  batch: object;
}

const REMEMBERED = 5_000;
const PAGE = 1_000;
const AT_ONCE = 100;

/**
 * The change log as streams. Each workspace that somebody listens to has one tail, which reads the log as it grows
 * and remembers its end; every listener reads at its own pace, from the tail's memory or, when it is further
 * behind, from the log itself. Nothing is queued for a slow listener, so it costs the others nothing.
 */
export class ChangeFeed {
  private readonly tails = new Map<number, Tail>();

  constructor(private readonly options: ChangeFeedOptions) {}

  async listen({ workspaceId, after, segmentIds }: Listen): Promise<AsyncIterableIterator<FeedEvent>> {
    const tail = this.tails.get(workspaceId) ?? new Tail(workspaceId, this.options);
    this.tails.set(workspaceId, tail);
    const listener = new Listener(tail, segmentIds, () => {
      if (tail.listeners.size === 0 && this.tails.get(workspaceId) === tail) {
        this.tails.delete(workspaceId);
        tail.stop();
      }
    });
    tail.listeners.add(listener);
    try {
      await tail.started;
      // Not from the tail's memory: what has been committed before this call must not be told as new.
      listener.position = after ?? (await tail.inTransaction(headOfLog));
      return listener;
    } catch (error) {
      await listener.return();
      throw error;
    }
  }

  /** Ends every stream. */
  close(): void {
    for (const tail of this.tails.values()) {
      for (const listener of tail.listeners) void listener.return();
      tail.stop();
    }
    this.tails.clear();
  }
}

/** Follows the log of one workspace. What it remembers is everything after `from`, up to `head`. */
class Tail {
  readonly listeners = new Set<Listener>();
  readonly started: Promise<void>;
  remembered: ChangeRow[] = [];
  from = 0;
  head = 0;
  private readonly timer: NodeJS.Timeout;
  private readonly unlisten: () => void;
  private reading = false;
  private again = false;

  constructor(
    readonly workspaceId: number,
    private readonly options: ChangeFeedOptions,
  ) {
    this.started = this.inTransaction(headOfLog).then((head) => {
      this.from = head;
      this.head = head;
    });
    this.unlisten = options.signals.listen(changesTopic(workspaceId), () => this.look());
    this.timer = setInterval(() => this.look(), options.pollEveryMs);
  }

  stop(): void {
    clearInterval(this.timer);
    this.unlisten();
  }

  inTransaction<T>(
    read: (tx: Parameters<Parameters<Database['transaction']>[1]>[0]) => Promise<T>,
  ): Promise<T> {
    return this.options.database.transaction(this.workspaceId, read);
  }

  /** Looks at the log now, or once more after the look under way: a signal in between must not be missed. */
  private look(): void {
    if (this.reading) {
      this.again = true;
      return;
    }
    this.reading = true;
    this.started
      .then(() => this.readOn())
      .catch(this.options.onError)
      .finally(() => {
        this.reading = false;
        if (this.again) {
          this.again = false;
          this.look();
        }
      });
  }

  private async readOn(): Promise<void> {
    for (;;) {
      const rows = await this.inTransaction((tx) =>
        changesAfter(tx, { after: this.head, segmentIds: null, limit: PAGE }),
      );
      this.remember(rows);
      if (rows.length < PAGE) return;
    }
  }

  private remember(rows: readonly ChangeRow[]): void {
    const last = rows.at(-1);
    if (!last) return;
    this.remembered.push(...rows);
    this.head = last.changeId;
    if (this.remembered.length > 2 * REMEMBERED) {
      const forgotten = this.remembered.length - REMEMBERED;
      this.from = this.remembered[forgotten - 1]?.changeId ?? this.from;
      this.remembered = this.remembered.slice(forgotten);
    }
    for (const listener of this.listeners) listener.wake();
  }
}

/** One reader of the log: pulls, so that it is never pushed more than it takes. */
class Listener implements AsyncIterableIterator<FeedEvent> {
  /** The id of the last change that was given out or passed over. */
  position = 0;
  private page: ChangeRow[] = [];
  private batch: object = {};
  private closed = false;
  private woken: (() => void) | undefined;

  constructor(
    private readonly tail: Tail,
    private readonly segmentIds: ReadonlySet<string> | null,
    private readonly onClose: () => void,
  ) {}

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<FeedEvent, undefined>> {
    while (!this.closed) {
      if (this.page.length === 0) await this.turnPage();
      const change = this.closed ? undefined : this.page.shift();
      if (change) {
        this.position = Math.max(this.position, change.changeId);
        return { value: { change, batch: this.batch }, done: false };
      }
      if (!this.closed && this.position >= this.tail.head) await this.signal();
    }
    return { value: undefined, done: true };
  }

  return(): Promise<IteratorResult<FeedEvent, undefined>> {
    if (!this.closed) {
      this.closed = true;
      this.page = [];
      this.tail.listeners.delete(this);
      this.wake();
      this.onClose();
    }
    return Promise.resolve({ value: undefined, done: true });
  }

  wake(): void {
    this.woken?.();
    this.woken = undefined;
  }

  private signal(): Promise<void> {
    return new Promise((resolve) => {
      this.woken = resolve;
    });
  }

  /** Finds what comes next, all of it committed; when there is nothing, moves up to where that is known to be so. */
  private async turnPage(): Promise<void> {
    const { head, from } = this.tail;
    this.page = this.position < from ? await this.fromLog() : this.fromMemory();
    this.batch = {};
    if (this.page.length === 0) this.position = Math.max(this.position, head);
  }

  private fromMemory(): ChangeRow[] {
    const { remembered } = this.tail;
    const page: ChangeRow[] = [];
    for (let index = firstAfter(remembered, this.position); index < remembered.length; index += 1) {
      const change = remembered[index];
      if (change && this.wants(change)) page.push(change);
      if (page.length === AT_ONCE) break;
    }
    return page;
  }

  /** Behind the tail's memory. */
  private fromLog(): Promise<ChangeRow[]> {
    const segmentIds = this.segmentIds && [...this.segmentIds];
    return this.tail.inTransaction((tx) =>
      changesAfter(tx, { after: this.position, segmentIds, limit: AT_ONCE }),
    );
  }

  private wants(change: ChangeRow): boolean {
    return this.segmentIds === null || this.segmentIds.has(change.segmentId);
  }
}

/** Index of the first change with an id above `position`, by bisection. */
function firstAfter(changes: readonly ChangeRow[], position: number): number {
  let [low, high] = [0, changes.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((changes[middle]?.changeId ?? Infinity) <= position) low = middle + 1;
    else high = middle;
  }
  return low;
}
