import { deepStrictEqual } from 'node:assert';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { TypeID } from 'typeid-js';
import { send } from './ingest.ts';
import { median, ms, quantile } from './support/figures.ts';
import { createSegments, defineTags, introducing, items, random } from './support/workload.ts';
import { startServer } from './support/server.ts';
import type { BenchServer } from './support/server.ts';
import { PROFILE_PAGE, PROFILE_PAGE_SQL } from './support/profile-page.ts';

const HELP = `npm run bench -- profile [--events 1000000] [--people 50000] [--probes 500] [--runs 5]

Milliseconds for everything that is known of one person, as one GraphQL query over HTTP, beside one hand-written
prepared SQL statement on the same server that returns the same JSON (which is compared), in turns. Random people.
A run before those that count warms both up; the figures at the end are medians of the runs' ratios.
`;

const SHARES = [
  ['p50', 0.5],
  ['p99', 0.99],
] as const;

export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      help: { type: 'boolean' },
      events: { type: 'string', default: '1000000' },
      people: { type: 'string', default: '50000' },
      probes: { type: 'string', default: '500' },
      runs: { type: 'string', default: '5' },
    },
  });
  if (values.help) return console.log(HELP);
  const [events, people, probes, runs] = [values.events, values.people, values.probes, values.runs].map(
    Number,
  ) as [number, number, number, number];
  const server = await startServer();
  const client = new pg.Client({ connectionString: server.databaseUrl });
  try {
    await client.connect();
    await fill(server, { events, people });
    await client.query('vacuum analyze');
    const ids = await pick(client, people);
    if (ids.length === 0) throw new Error('nobody was sent');
    await measure(server, client, pickAtRandom(ids, probes, 0));
    const took: Took[] = [];
    for (let round = 1; round <= runs; round += 1) {
      took.push(await measure(server, client, pickAtRandom(ids, probes, round)));
      report(round, took.at(-1) as Took);
    }
    for (const [name, share] of SHARES)
      console.log(
        `bench/profile: ${name} ${median(took.map((one) => ratioOf(one, share))).toFixed(2)} times that of the SQL (wanted: at most 3)`,
      );
  } finally {
    await client.end();
    await server.stop();
  }
}

/** People with something of everything, through the API. */
async function fill(
  server: BenchServer,
  { events, people }: { events: number; people: number },
): Promise<void> {
  await createSegments(server);
  await defineTags(server);
  const started = performance.now();
  const sending = { batch: 1_000, senders: 6 };
  const chunk = 50_000;
  for (let sent = 0; sent < events; sent += chunk) {
    const all = items(Math.min(chunk, events - sent), { people, seed: sent + 1 });
    await send(server, sent === 0 ? introducing(all, people) : all, sending);
    console.error(
      `${Math.min(sent + chunk, events)} of ${events} events after ${Math.round((performance.now() - started) / 1_000)} s`,
    );
  }
}

async function pick(client: pg.Client, count: number): Promise<Person[]> {
  const { rows } = await client.query<{ shard: number; id: string }>(
    `select shard, id from profile where merged_into is null order by id limit $1`,
    [count],
  );
  return rows;
}

/** Others in each run: what was read before is in the caches. */
function pickAtRandom(people: readonly Person[], count: number, seed: number): Person[] {
  const next = random(seed);
  return Array.from({ length: count }, () => people[Math.floor(next() * people.length)] as Person);
}

interface Person {
  shard: number;
  id: string;
}

interface Took {
  graphql: number[];
  sql: number[];
}

async function measure(server: BenchServer, client: pg.Client, people: readonly Person[]): Promise<Took> {
  const took: Took = { graphql: [], sql: [] };
  for (const person of people) {
    const asked = performance.now();
    const answer = await server.gql<{ profile: unknown }>(PROFILE_PAGE, {
      id: TypeID.fromUUID('profile', person.id).toString(),
    });
    const answered = performance.now();
    const { rows } = await client.query<{ page: unknown }>({
      name: 'profile_page',
      text: PROFILE_PAGE_SQL,
      values: [person.shard, person.id],
    });
    took.sql.push(performance.now() - answered);
    took.graphql.push(answered - asked);
    deepStrictEqual(answer.profile, rows[0]?.page);
  }
  return took;
}

function ratioOf({ graphql, sql }: Took, share: number): number {
  return quantile(graphql, share) / quantile(sql, share);
}

function report(round: number, took: Took): void {
  for (const [name, share] of SHARES) {
    const [ours, bare] = [quantile(took.graphql, share), quantile(took.sql, share)];
    console.log(
      `bench/profile, run ${round}, ${name}: GraphQL ${ms(ours)}, SQL ${ms(bare)}, ratio ${ratioOf(took, share).toFixed(2)}`,
    );
  }
}
