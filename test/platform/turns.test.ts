import { setImmediate as turn } from 'node:timers/promises';
import { Turns } from '../../src/platform/turns.js';

const PIECE_MS = 15;

function work(): void {
  const until = performance.now() + PIECE_MS;
  while (performance.now() < until);
}

async function pieces(turns: Turns, key: string, count: number, done: string[]): Promise<void> {
  for (let piece = 0; piece < count; piece += 1) {
    await turns.next(key);
    work();
    done.push(key);
  }
}

describe('work that takes turns', () => {
  it('goes on at once while it is short', () => {
    const turns = new Turns();
    expect([turns.next('a'), turns.next('b'), turns.next('a')]).toEqual([undefined, undefined, undefined]);
  });

  it('lets others have the event loop between its pieces', async () => {
    const turns = new Turns();
    const done: string[] = [];
    let isOver = false;
    const working = pieces(turns, 'a', 10, done).then(() => (isOver = true));
    let between = 0;
    while (!isOver) {
      await turn();
      between += 1;
    }
    await working;
    expect(between).toBeGreaterThanOrEqual(9);
  });

  it('of many keys goes on for each of them in turn, however much one of them has', async () => {
    const turns = new Turns();
    const done: string[] = [];
    const many = Array.from({ length: 20 }, () => pieces(turns, 'many', 1, done));
    await Promise.all([...many, pieces(turns, 'one', 2, done)]);
    expect(done.indexOf('one')).toBeLessThanOrEqual(6);
    expect(done.lastIndexOf('one')).toBeLessThanOrEqual(9);
    expect(done).toHaveLength(22);
  });

  it('is all done in the end', async () => {
    const turns = new Turns();
    const done: string[] = [];
    await Promise.all(
      ['a', 'b', 'c'].flatMap((key) => [pieces(turns, key, 3, done), pieces(turns, key, 2, done)]),
    );
    expect(done.toSorted()).toEqual([
      'a',
      'a',
      'a',
      'a',
      'a',
      'b',
      'b',
      'b',
      'b',
      'b',
      'c',
      'c',
      'c',
      'c',
      'c',
    ]);
  });
});
