import { setTimeout as sleep } from 'node:timers/promises';
import { Load } from './load.ts';
import { databaseUrlOf, freePort, newDirectory, processesOf, removeDirectory, start } from './processes.ts';
import { storedItems } from './stored.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const SENDERS = 40;
const LEAVE_WITHIN_MS = 15_000;
const LOAD_MS = { least: 100, most: 1_500 };

export interface EndedBySignal {
  rounds: { signal: NodeJS.Signals; exitCode: number | NodeJS.Signals | null; tookMs: number }[];
  unanswered: string[];
  wrong: string[];
  refused: number;
  leftBehind: string[];
  /** Items that were accepted and are not on record, or more than once. */
  lostOrDoubled: number;
}

/** `npm start` under load, ended by a signal to its whole process group, as Ctrl-C in a terminal does it. */
export async function endedBySignal(count: number, onRound = (_round: string) => {}): Promise<EndedBySignal> {
  const directory = await newDirectory();
  const loads: Load[] = [];
  const rounds: EndedBySignal['rounds'] = [];
  const leftBehind: string[] = [];
  try {
    for (let round = 0; round < count; round += 1) {
      const server = await start({ directory, port: await freePort(), byNpm: true });
      const load = new Load(`signal-${round}`, server, SENDERS);
      loads.push(load);
      await sleep(LOAD_MS.least + Math.random() * (LOAD_MS.most - LOAD_MS.least));
      const signal = SIGNALS[round % SIGNALS.length] ?? 'SIGINT';
      const began = performance.now();
      process.kill(-(server.child.pid ?? 0), signal);
      await load.giveUp();
      const exitCode = await server.ended;
      leftBehind.push(...(await processesLeftOf(directory)));
      const tookMs = performance.now() - began;
      rounds.push({ signal, exitCode, tookMs });
      onRound(`${signal}: ended with ${exitCode} after ${tookMs.toFixed(0)} ms`);
    }
    const accepted = loads.reduce((sum, load) => sum + load.items, 0);
    return {
      rounds,
      unanswered: loads.flatMap((load) => load.unanswered),
      wrong: loads.flatMap((load) => load.wrong),
      refused: loads.flatMap((load) => [...load.refused.values()]).reduce((sum, n) => sum + n, 0),
      leftBehind,
      lostOrDoubled: await lostOrDoubledIn(directory, accepted),
    };
  } finally {
    await removeDirectory(directory);
  }
}

/** npm does not wait for its server when it gets a SIGHUP itself, so that this has to be done here. */
async function processesLeftOf(directory: string): Promise<string[]> {
  const deadline = performance.now() + LEAVE_WITHIN_MS;
  for (;;) {
    const left = await processesOf(directory);
    if (left.length === 0 || performance.now() > deadline) return left;
    await sleep(20);
  }
}

/** What was refused may have been committed all the same, so that more may be on record than was accepted. */
async function lostOrDoubledIn(directory: string, accepted: number): Promise<number> {
  const server = await start({ directory, port: await freePort() });
  try {
    const { receipts, events, distinct } = await storedItems(await databaseUrlOf(directory));
    return Math.max(0, accepted - distinct) + Math.abs(events - distinct) + Math.abs(receipts - distinct);
  } finally {
    server.child.kill('SIGTERM');
    await server.ended;
  }
}
