import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { Load } from './load.ts';
import type { Target } from './load.ts';
import {
  databaseUrlOf,
  freePort,
  newDirectory,
  postmasterPid,
  processesOf,
  removeDirectory,
  start,
} from './processes.ts';
import { storedItems } from './stored.ts';

const LOAD_MS = { least: 500, most: 3_000 };
const LIVE_ON_MS = 300;
const GIVE_UP_AFTER_MS = 60_000;

export interface KilledDatabase {
  /** From each kill to the next batch that was accepted. */
  backAfterMs: number[];
  unanswered: string[];
  wrong: string[];
  refused: Record<string, number>;
  /** How often a socket that was open all the time was closed. */
  socketsClosed: number;
  lostOrDoubled: number;
  leftBehind: string[];
}

/** The embedded PostgreSQL, killed again and again under load. */
export async function killedDatabase(rounds: number, onRound = (_ms: number) => {}): Promise<KilledDatabase> {
  const directory = await newDirectory();
  const server = await start({ directory, port: await freePort() });
  const socket = openSocket(server);
  const load = new Load('killed', server);
  const backAfterMs: number[] = [];
  try {
    for (let round = 0; round < rounds; round += 1) {
      await sleep(LOAD_MS.least + Math.random() * (LOAD_MS.most - LOAD_MS.least));
      process.kill(await postmasterPid(directory), 'SIGKILL');
      backAfterMs.push(await untilAccepted(load));
      onRound(backAfterMs.at(-1) ?? 0);
    }
    await load.finish();
    const { receipts, events, distinct } = await storedItems(await databaseUrlOf(directory));
    const { unanswered, wrong } = load;
    const lostOrDoubled = [receipts, events, distinct].reduce((sum, n) => sum + Math.abs(n - load.items), 0);
    const refused = Object.fromEntries(load.refused);
    const result = { backAfterMs, unanswered, wrong, refused, lostOrDoubled, socketsClosed: socket.closed() };
    await socket.end();
    server.child.kill('SIGTERM');
    await server.ended;
    return { ...result, leftBehind: await processesOf(directory) };
  } finally {
    server.child.kill('SIGKILL');
    await removeDirectory(directory);
  }
}

/** Milliseconds from now until a batch is accepted that a sender began, or tried again, after now. */
async function untilAccepted(load: Load): Promise<number> {
  const killed = performance.now();
  for (;;) {
    // Sessions outlive PostgreSQL for a moment, and finish what they were at.
    const next = load.accepted.find(({ at }) => at > killed + LIVE_ON_MS);
    if (next) return next.at - killed;
    if (performance.now() - killed > GIVE_UP_AFTER_MS) return Infinity;
    await sleep(10);
  }
}

function openSocket({ url, key }: Target): { closed(): number; end(): Promise<void> } {
  let closed = 0;
  const client = createClient({
    url: url.replace('http', 'ws'),
    webSocketImpl: WebSocket,
    connectionParams: { apiKey: key },
    lazy: false,
    retryAttempts: 0,
    on: { closed: () => (closed += 1) },
    onNonLazyError: () => undefined,
  });
  return { closed: () => closed, end: async () => client.dispose() };
}
