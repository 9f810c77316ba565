/** How long work may go on in one turn of the event loop before what comes next has to wait. */
const TURN_MS = 10;
/** Pieces that begin at once: mostly there are no more. */
const AT_ONCE = 4;

/**
 * Shares the one thread of the process among those who ask for work. Long work asks before each piece whether it may
 * go on. Once a turn of the event loop has lasted long enough, the pieces wait for the next one, so that the network
 * and the timers are served in between. Keys take turns: a thousand pieces of one key delay a piece of another by one.
 */
export class Turns {
  private began: number | null = null;
  private begun = 0;
  private isServing = false;
  private readonly waiting = new Map<string, (() => void)[]>();

  /** @returns what to wait for before going on; undefined = go on at once, as is usual */
  next(who: string): Promise<void> | undefined {
    if (this.began === null) this.begin();
    if (this.begun < AT_ONCE && this.waiting.size === 0 && !this.isOver) {
      this.begun += 1;
      return undefined;
    }
    return new Promise((resolve) => {
      const pieces = this.waiting.get(who) ?? [];
      pieces.push(resolve);
      this.waiting.set(who, pieces);
      this.serve();
    });
  }

  private get isOver(): boolean {
    return this.began !== null && performance.now() - this.began > TURN_MS;
  }

  private begin(): void {
    this.began = performance.now();
    this.begun = 0;
    setImmediate(() => {
      this.began = null;
      if (this.waiting.size === 0) return;
      this.begin();
      this.serve();
    });
  }

  private serve(): void {
    if (this.isServing) return;
    this.isServing = true;
    // After all that promises have under way: only then has the piece before been done, and its time is known.
    queueMicrotask(() => process.nextTick(() => this.release()));
  }

  private release(): void {
    this.isServing = false;
    if (this.began === null) this.begin();
    if (this.isOver) return;
    const piece = this.take();
    if (!piece) return;
    piece();
    this.serve();
  }

  /** One piece of the key whose turn it is, which then goes to the end of the line. */
  private take(): (() => void) | undefined {
    const [first] = this.waiting;
    if (!first) return undefined;
    const [who, pieces] = first;
    const piece = pieces.shift();
    this.waiting.delete(who);
    if (pieces.length > 0) this.waiting.set(who, pieces);
    return piece;
  }
}

/** There is one event loop, so there is one of these. */
export const turns = new Turns();
