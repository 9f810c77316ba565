import { setImmediate as nextTurn } from 'node:timers';

/** How long work may go on in one turn of the event loop before what comes next has to wait. */
const TURN_MS = 10;

/**
 * Shares the one thread of the process among those who ask for work. Long work asks before each piece whether it may
 * go on; once a turn of the event loop has lasted long enough, pieces wait for later turns, one piece a turn, so that
 * the network and the timers are served in between. Keys take turns too: a thousand pieces of one key delay a piece
 * of another key by one piece.
 */
export class Turns {
  private began: number | null = null;
  private readonly waiting = new Map<string, (() => void)[]>();

  /** @returns what to wait for before going on; undefined = go on at once, as is usual */
  next(who: string): Promise<void> | undefined {
    if (this.began === null) this.begin();
    else if (performance.now() - this.began > TURN_MS) return this.wait(who);
    return undefined;
  }

  private begin(): void {
    this.began = performance.now();
    nextTurn(() => this.end());
  }

  private end(): void {
    this.began = null;
    const first = this.waiting.entries().next().value;
    if (!first) return;
    const [who, pieces] = first;
    const piece = pieces.shift();
    // The key goes to the end of the line.
    this.waiting.delete(who);
    if (pieces.length > 0) this.waiting.set(who, pieces);
    this.begin();
    piece?.();
  }

  private wait(who: string): Promise<void> {
    return new Promise((resolve) => {
      const pieces = this.waiting.get(who) ?? [];
      pieces.push(resolve);
      this.waiting.set(who, pieces);
    });
  }
}

/** There is one event loop, so there is one of these. */
export const turns = new Turns();
