import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { Load } from './load.ts';
import { databaseUrlOf, freePort, newDirectory, processesOf, removeDirectory, start } from './processes.ts';
import { storedItems } from './stored.ts';

const LOAD_MS = { least: 200, most: 1_000 };
const FROZEN_MS = 7_000;
/** A transaction that stands still for so long is the frozen server's. */
const STANDS_STILL_MS = 300;

export interface FrozenServer {
  /** The longest that a batch on the other server took, sent again until it was accepted, in each round. */
  slowestMs: number[];
  /** How long the other server took to create a segment while the first was frozen. */
  createSegmentMs: number[];
  unanswered: string[];
  wrong: string[];
  refused: Record<string, number>;
  lostOrDoubled: number;
  leftBehind: string[];
}

/** Two servers on one database; one of them is frozen again and again, each time with a transaction open. */
export async function frozenServer(rounds: number, onRound = (_round: string) => {}): Promise<FrozenServer> {
  const directory = await newDirectory();
  const other = await start({ directory, port: await freePort() });
  const databaseUrl = await databaseUrlOf(directory);
  const frozen = await start({ directory, port: await freePort(), env: { DATABASE_URL: databaseUrl } });
  const admin = new pg.Client({ connectionString: databaseUrl });
  await admin.connect();
  const loads = [new Load('frozen', frozen), new Load('other', other)] as const;
  const slowestMs: number[] = [];
  const createSegmentMs: number[] = [];
  try {
    for (let round = 0; round < rounds; round += 1) {
      await freezeInTransaction(frozen.child, admin);
      const began = performance.now();
      createSegmentMs.push(await createSegment(other, `round-${round}`));
      await sleep(Math.max(0, FROZEN_MS - (performance.now() - began)));
      frozen.child.kill('SIGCONT');
      const during = loads[1].accepted.filter(({ at }) => at > began);
      slowestMs.push(Math.max(...during.map(({ tookMs }) => tookMs), during.length > 0 ? 0 : Infinity));
      onRound(
        `other's slowest batch ${slowestMs.at(-1)?.toFixed(0)} ms, segment ${createSegmentMs.at(-1)?.toFixed(0)} ms`,
      );
    }
    await Promise.all(loads.map((load) => load.finish()));
    const { receipts, events, distinct } = await storedItems(databaseUrl);
    const items = loads[0].items + loads[1].items;
    const lostOrDoubled = [receipts, events, distinct].reduce((sum, n) => sum + Math.abs(n - items), 0);
    await admin.end();
    for (const { child, ended } of [frozen, other]) {
      child.kill('SIGTERM');
      await ended;
    }
    return {
      slowestMs,
      createSegmentMs,
      // A server that wakes closes idle connections whose time is up, also those on which something has just come.
      unanswered: loads[1].unanswered,
      wrong: loads.flatMap(({ wrong }) => wrong),
      refused: Object.fromEntries(loads.flatMap(({ refused }) => [...refused])),
      lostOrDoubled,
      leftBehind: await processesOf(directory),
    };
  } finally {
    for (const { child } of [frozen, other]) child.kill('SIGKILL');
    await removeDirectory(directory);
  }
}

/** Stops the process at a random moment, and again at another one until it has left a transaction open that writes. */
async function freezeInTransaction(
  child: { kill(signal: NodeJS.Signals): boolean },
  admin: pg.Client,
): Promise<void> {
  for (;;) {
    await sleep(LOAD_MS.least + Math.random() * (LOAD_MS.most - LOAD_MS.least));
    child.kill('SIGSTOP');
    await sleep(STANDS_STILL_MS);
    const { rowCount } = await admin.query(
      `select from pg_stat_activity where state = 'idle in transaction' and backend_xid is not null
        and state_change < now() - make_interval(secs => $1)`,
      [STANDS_STILL_MS / 2_000],
    );
    if (rowCount) return;
    child.kill('SIGCONT');
  }
}

/** Tries until it is created. @returns how long that took */
async function createSegment({ url, key }: { url: string; key: string }, name: string): Promise<number> {
  const began = performance.now();
  const query = `mutation { createSegment(input: { key: "${name}", name: "${name}",
    rule: { event: { type: "visit", count: { atLeast: 1000000 } } }, allowUndefined: true }) { userErrors { code } } }`;
  for (;;) {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body: JSON.stringify({ query }),
    });
    const { errors } = (await response.json()) as { errors?: unknown[] };
    if (!errors) return performance.now() - began;
    await sleep(50);
  }
}
