import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type pg from 'pg';
import { changesBySegment, checkTold, createFlag, endOfLog, Receivers } from './support/following.ts';
import { withDatabase } from './support/server.ts';
import type { BenchServer } from './support/server.ts';
import { items } from './support/workload.ts';

const HELP = `npm run bench -- locks [--runs 5] [--sockets 1000] [--flips 20] [--pool 8] [--lock-seconds 10]

Sockets follow one segment while others send as much as the server takes, people of the segment flip, and tables are locked
at random. In the end every socket must have every change once, whole and in order.
`;

const QUERY = `subscription ($segments: [String!], $after: String) {
  segmentChanges(segments: $segments, after: $after) { cursor kind segment { key } profile { id name events(first: 1) { nodes { type } } } } }`;
const TABLES = ['profile', 'event', 'membership', 'membership_change', 'identifier', 'segment'];
const INGEST = 'mutation ($input: IngestInput!) { ingest(input: $input) { accepted } }';

export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      help: { type: 'boolean' },
      runs: { type: 'string', default: '5' },
      sockets: { type: 'string', default: '1000' },
      flips: { type: 'string', default: '20' },
      pool: { type: 'string', default: '8' },
      'lock-seconds': { type: 'string', default: '10' },
    },
  });
  if (values.help) return console.log(HELP);
  await withDatabase(
    async (server, client) => {
      await createFlag(server, 'flag', 'flagged');
      for (let round = 1; round <= Number(values.runs); round += 1) {
        const receivers = new Receivers();
        try {
          await oneRun(server, client, receivers, {
            round,
            sockets: Number(values.sockets),
            flips: Number(values.flips),
            lockMs: Number(values['lock-seconds']) * 1_000,
          });
        } finally {
          receivers.end();
        }
      }
    },
    { DATABASE_POOL_SIZE: values.pool },
  );
}

interface Round {
  round: number;
  sockets: number;
  flips: number;
  lockMs: number;
}

async function oneRun(
  server: BenchServer,
  client: pg.Client,
  receivers: Receivers,
  { round, sockets, flips, lockMs }: Round,
): Promise<void> {
  const before = (await changesBySegment(client)).get('flagged') ?? 0;
  await receivers.open({
    server,
    query: QUERY,
    segments: ['flagged'],
    perSegment: sockets,
    after: await endOfLog(server),
  });
  const load = keepLoading(server, round);
  const locked: string[] = [];
  for (let flip = 0; flip < flips; flip += 1) {
    await untilAccepted(server, {
      externalId: `flip-${round}-${flip}`,
      identifiers: [{ namespace: 'external', value: `flipper-${round}` }],
      attributes: { firstName: `Flipper ${round}`, flag: flip % 2 === 0 },
    });
    if (flip % 7 === 3) locked.push(await lockSomething(client, lockMs));
  }
  const { refused, sent } = await load.stop();
  const changes = ((await changesBySegment(client)).get('flagged') ?? 0) - before;
  const told = await receivers.untilTold(new Map([['flagged', changes]]));
  if (changes !== flips) throw new Error(`the log has ${changes} changes, not ${flips}`);
  checkTold(told, new Map([['flagged', changes]]));
  const closed = told.flatMap((one) => one.closed);
  console.log(
    `bench/locks, run ${round}: ${told.length} sockets were told all ${changes} changes, whole, once, in order; locked ${locked.join(', ')}; ${closed.length} sockets were closed and resumed; ${sent} batches of ingest, ${refused} refused`,
  );
}

/** Nobody reads or writes a table for a while. */
async function lockSomething(client: pg.Client, lockMs: number): Promise<string> {
  const table = TABLES[Math.floor(Math.random() * TABLES.length)] ?? 'profile';
  await client.query(`begin; lock table ${table} in access exclusive mode`);
  await sleep(lockMs);
  await client.query('commit');
  return table;
}

/** Sends an item until it is accepted: a server that cannot take it says so. */
async function untilAccepted(server: BenchServer, item: object): Promise<void> {
  for (;;) {
    const answer = await server.gql<unknown>(INGEST, { input: { items: [item] } }).catch(() => null);
    if (answer) return;
    await sleep(200);
  }
}

function keepLoading(
  server: BenchServer,
  round: number,
): { stop(): Promise<{ sent: number; refused: number }> } {
  const all = items(200_000, { people: 5_000, seed: round });
  let [next, sent, refused, isOver] = [0, 0, 0, false];
  const sender = async () => {
    while (!isOver && next < all.length) {
      const batch = all.slice(next, next + 200);
      next += 200;
      sent += 1;
      await server.gql(INGEST, { input: { items: batch } }).catch(() => {
        refused += 1;
        return sleep(100);
      });
    }
  };
  const senders = [sender(), sender(), sender()];
  return {
    stop: async () => {
      isOver = true;
      await Promise.all(senders);
      return { sent, refused };
    },
  };
}
