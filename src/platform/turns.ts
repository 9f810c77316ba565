/** Long enough to be worth the change of turns, short enough for a request to pass twenty of them unnoticed. */
const SLICE_MS = 2;

/**
 * Shares the one thread of JavaScript between work that comes in bursts and all else. Work is given in small pieces;
 * owners take turns, and after each slice of pieces the event loop handles what has come in meanwhile: requests, and
 * answers of the database.
 */
export class Turns {
  private readonly waiting = new Map<unknown, (() => void)[]>();
  private isScheduled = false;

  /** Runs `work` when the turn of its owner comes. Pieces of one owner run in the order given. */
  take<T>(owner: unknown, work: () => T | Promise<T>): Promise<T> {
    return new Promise((resolve) => {
      const pieces = this.waiting.get(owner) ?? [];
      this.waiting.set(owner, pieces);
      pieces.push(() => resolve(new Promise((done) => done(work()))));
      this.schedule();
    });
  }

  private schedule(): void {
    if (this.isScheduled || this.waiting.size === 0) return;
    this.isScheduled = true;
    setImmediate(() => {
      this.isScheduled = false;
      this.runSlice();
      this.schedule();
    });
  }

  private runSlice(): void {
    const end = performance.now() + SLICE_MS;
    // An owner put back comes again at the end of the same walk.
    for (const [owner, pieces] of this.waiting) {
      this.waiting.delete(owner);
      const piece = pieces.shift();
      if (pieces.length > 0) this.waiting.set(owner, pieces);
      piece?.();
      if (performance.now() >= end) return;
    }
  }
}
