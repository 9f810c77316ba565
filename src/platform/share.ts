import { OnefoldError } from './errors.js';

interface State {
  taken: number;
  waiting: (() => void)[];
}

/** How many may wait for one key, and how long. Beyond that they are refused. */
const MAX_WAITING = 2_000;
const MAX_WAIT_MS = 30_000;
const MS_PER_WAITING = 5;

/**
 * How much of something each key may have at a time, such as connections to the database: the slow questions of one
 * key must not keep those of the others waiting. What is above a key's share waits, first come, first served.
 */
export class Share {
  private readonly keys = new Map<string, State>();

  constructor(private readonly most: number) {}

  /** @returns what gives it back @throws OnefoldError THROTTLED */
  async take(key: string): Promise<() => void> {
    const state: State = this.keys.get(key) ?? { taken: 0, waiting: [] };
    this.keys.set(key, state);
    if (state.taken < this.most) state.taken += 1;
    else if (state.waiting.length < MAX_WAITING) await waitIn(state);
    else throw throttled(state);
    return () => this.give(key, state);
  }

  private give(key: string, state: State): void {
    const next = state.waiting.shift();
    // Handed over directly, so that nobody who arrives now can take it first.
    if (next) next();
    else if ((state.taken -= 1) === 0) this.keys.delete(key);
  }
}

function waitIn(state: State): Promise<void> {
  return new Promise((resolve, reject) => {
    const go = () => {
      clearTimeout(patience);
      resolve();
    };
    const patience = setTimeout(() => {
      state.waiting.splice(state.waiting.indexOf(go), 1);
      reject(throttled(state));
    }, MAX_WAIT_MS);
    state.waiting.push(go);
  });
}

function throttled({ waiting }: State): OnefoldError {
  return new OnefoldError('THROTTLED', {
    extensions: { retryAfterMs: (waiting.length + 1) * MS_PER_WAITING },
  });
}
