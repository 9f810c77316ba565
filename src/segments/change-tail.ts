import { SharedRead } from '../platform/index.js';
import type { Database, ListenerReads, Signals, Transaction } from '../platform/index.js';
import { changesAfter, headOfLog } from './change.reads.js';
import type { ChangeRow } from './change.reads.js';
import { ChangeView } from './change-view.js';
import { changesTopic } from './log-changes.js';

export interface TailOptions {
  database: Database;
  signals: Signals;
  /** How often the log is read without a signal, in milliseconds. */
  pollEveryMs: number;
  onError: (error: unknown) => void;
  /** What readers who are behind look into the log with. */
  reads: ListenerReads;
}

interface LogPage {
  after: number;
  segmentIds: readonly string[] | null;
  limit: number;
}

/** A page of the log. */
interface ReadPage {
  changes: ChangeRow[];
  /** Everything up to here had been committed before the page was read. */
  upTo: number;
}

const REMEMBERED = 5_000;
const PAGE = 1_000;

/** Follows the log of one workspace. It remembers everything after `from`, up to `head`. */
export class ChangeTail {
  private readonly views = new Map<string, ChangeView>();
  private readonly logPages = new Map<string, Promise<ReadPage>>();
  private readonly newestHead: SharedRead<number>;
  private readonly timer: NodeJS.Timeout;
  private readonly unlisten: () => void;
  private remembered: ChangeRow[] = [];
  private from = 0;
  private head = 0;
  private start: Promise<void> | undefined;
  private isReading = false;
  private isSignalled = false;

  constructor(
    readonly workspaceId: number,
    private readonly options: TailOptions,
  ) {
    this.newestHead = new SharedRead(() => options.reads.run(() => this.read(headOfLog)));
    this.unlisten = options.signals.listen(changesTopic(workspaceId), () => this.readSoon());
    this.timer = setInterval(() => this.readSoon(), options.pollEveryMs);
  }

  get isListenedTo(): boolean {
    return this.views.size > 0;
  }

  close(): void {
    clearInterval(this.timer);
    this.unlisten();
    for (const view of this.views.values()) view.close();
  }

  /** Where somebody starts who has seen `after`; null = at what is committed after this call. */
  async positionFor(after: number | null): Promise<number> {
    await this.started();
    // Not from memory: a change committed before this call must not be told as a new one.
    return after ?? (await this.newestHead.ask());
  }

  /** What listeners with the same filter share. */
  viewOf(segmentIds: ReadonlySet<string> | null): ChangeView {
    const name = segmentIds === null ? 'all' : [...segmentIds].sort().join();
    const known = this.views.get(name);
    if (known) return known;
    const view = new ChangeView(segmentIds, this.from, this.remembered, () => this.views.delete(name));
    this.views.set(name, view);
    return view;
  }

  /** Reads for a listener that is further behind than memory. Listeners that ask for the same page share one read. */
  logAfter(page: LogPage): Promise<ReadPage> {
    const name = JSON.stringify(page);
    let reading = this.logPages.get(name);
    if (!reading) {
      reading = this.options.reads
        .run(async () => {
          // Before the read begins: those who join it later may know of a newer head than it can see.
          const upTo = this.head;
          return { upTo, changes: await this.read((tx) => changesAfter(tx, page)) };
        })
        .finally(() => this.logPages.delete(name));
      this.logPages.set(name, reading);
    }
    return reading;
  }

  private read<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.options.database.transaction(this.workspaceId, work);
  }

  private started(): Promise<void> {
    this.start ??= this.newestHead.ask().then(
      (head) => {
        this.from = head;
        this.head = head;
        for (const view of this.views.values()) view.from = head;
      },
      (error: unknown) => {
        this.start = undefined;
        throw error;
      },
    );
    return this.start;
  }

  /** Reads the log now, or once more after the read under way: a signal in between must not be missed. */
  private readSoon(): void {
    this.isSignalled = true;
    if (this.isReading) return;
    this.isReading = true;
    this.readOn().catch(this.options.onError);
  }

  private async readOn(): Promise<void> {
    try {
      await this.started();
      while (this.isSignalled) {
        this.isSignalled = false;
        const rows = await this.read((tx) =>
          changesAfter(tx, { after: this.head, segmentIds: null, limit: PAGE }),
        );
        this.remember(rows);
        if (rows.length === PAGE) this.isSignalled = true;
      }
    } finally {
      this.isReading = false;
    }
  }

  private remember(rows: readonly ChangeRow[]): void {
    const last = rows.at(-1);
    if (!last) return;
    this.remembered.push(...rows);
    this.head = last.changeId;
    const forgotten = this.remembered.length - REMEMBERED;
    if (forgotten > REMEMBERED) {
      this.from = this.remembered[forgotten - 1]?.changeId ?? this.from;
      this.remembered = this.remembered.slice(forgotten);
    }
    for (const view of this.views.values()) view.add(rows, this.from);
  }
}
