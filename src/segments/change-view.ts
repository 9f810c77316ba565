import type { ChangeRow } from './change.reads.js';

/** A reader of a view. */
interface Reader {
  wake(): void;
  return(): unknown;
}

/** What one filter lets through of a tail's memory: shared by all listeners with that filter. */
export class ChangeView {
  private readonly listeners = new Set<Reader>();
  private changes: ChangeRow[];

  /** @param from a reader at this position or later finds every following change here */
  constructor(
    readonly segmentIds: ReadonlySet<string> | null,
    public from: number,
    remembered: readonly ChangeRow[],
    private readonly onUnused: () => void,
  ) {
    this.changes = this.wanted(remembered);
  }

  join(listener: Reader): void {
    this.listeners.add(listener);
  }

  leave(listener: Reader): void {
    this.listeners.delete(listener);
    if (this.listeners.size === 0) this.onUnused();
  }

  close(): void {
    for (const listener of this.listeners) void listener.return();
  }

  /** @param forgotten the last change that memory has let go of */
  add(rows: readonly ChangeRow[], forgotten: number): void {
    const wanted = this.wanted(rows);
    this.changes.push(...wanted);
    const kept = firstAfter(this.changes, forgotten);
    if (kept > 0) {
      this.from = this.changes[kept - 1]?.changeId ?? this.from;
      this.changes = this.changes.slice(kept);
    }
    if (wanted.length > 0) for (const listener of this.listeners) listener.wake();
  }

  isAtEnd(position: number): boolean {
    return position >= Math.max(this.from, this.changes.at(-1)?.changeId ?? 0);
  }

  after(position: number, limit: number): ChangeRow[] {
    const first = firstAfter(this.changes, position);
    return this.changes.slice(first, first + limit);
  }

  private wanted(rows: readonly ChangeRow[]): ChangeRow[] {
    const { segmentIds } = this;
    return segmentIds === null ? [...rows] : rows.filter(({ segmentId }) => segmentIds.has(segmentId));
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
