import type { EventPages } from '../platform/index.js';
import type { ChangeRow } from './change.reads.js';
import type { ChangeTail } from './change-tail.js';
import type { ChangeView } from './change-view.js';

/** One reader of the log. It pulls, so that it is never given more than it takes. */
export class ChangeListener implements EventPages<ChangeRow> {
  /** The id of the last change that was given out or passed over. */
  position = 0;
  private readonly view: ChangeView;
  private isClosed = false;
  private woken: (() => void) | undefined;

  constructor(
    private readonly tail: ChangeTail,
    segmentIds: ReadonlySet<string> | null,
    private readonly onClose: () => void,
  ) {
    this.view = tail.viewOf(segmentIds);
    this.view.join(this);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<ChangeRow, undefined>> {
    const [change] = (await this.nextPage(1)) ?? [];
    return change ? { value: change, done: false } : { value: undefined, done: true };
  }

  async nextPage(limit: number): Promise<readonly ChangeRow[] | undefined> {
    while (!this.isClosed) {
      const page = await this.readOn(limit);
      const last = page.at(-1);
      if (this.isClosed) break;
      if (last) {
        this.position = last.changeId;
        return page;
      }
      if (this.view.isAtEnd(this.position)) await this.signal();
    }
    return undefined;
  }

  keyOf(change: ChangeRow): number {
    return change.changeId;
  }

  return(): Promise<IteratorResult<ChangeRow, undefined>> {
    if (!this.isClosed) {
      this.isClosed = true;
      this.view.leave(this);
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

  /** What comes next, all of it committed; when there is nothing, moves up to where that is known to be so. */
  private async readOn(limit: number): Promise<readonly ChangeRow[]> {
    const { segmentIds, from } = this.view;
    if (this.position >= from) return this.view.after(this.position, limit);
    const { changes, upTo } = await this.tail.logAfter({
      after: this.position,
      segmentIds: segmentIds && [...segmentIds],
      limit,
    });
    if (changes.length === 0) this.position = Math.max(this.position, upTo);
    return changes;
  }
}
