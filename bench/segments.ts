import { parseArgs } from 'node:util';
import type pg from 'pg';
import { send } from './ingest.ts';
import { build, remove } from './support/building.ts';
import { fillByCopy, sourceOf } from './support/crowd.ts';
import { median, ms, per, percent } from './support/figures.ts';
import { fillSegments, keepSegments, RECENT_DAYS } from './support/many-segments.ts';
import { KIND_DEFINITIONS, KIND_RULES } from './support/kind-rules.ts';
import { withDatabase } from './support/server.ts';
import type { BenchServer } from './support/server.ts';
import { TYPICAL_RULES } from './support/typical-rules.ts';
import type { TypicalRule } from './support/typical-rules.ts';
import { items } from './support/workload.ts';
import type { BenchItem } from './support/workload.ts';

const HELP = `npm run bench -- segments [--people 1000000] [--events 5000000] [--runs 7] [--regulars 20000] [--only kinds|<kind>]

For six typical rules: milliseconds of a preview beside the same question by hand as SQL; and of a build (until the
segment is live) beside SQL that leaves the same rows by hand: members with their entries, and where time alone
moves people, when it next does; and commits. Either is first in turn, on the same server; the ratio is that of a round,
the middle one of all rounds, for a machine that others slow down for seconds at a time. With seven rounds all takes
some 20 minutes.

Then for a rule of each kind of predicate a preview beside SQL by hand, as many rounds, wanted at most 2 times; with
--only kinds nothing else; with the beginning of a name, such as channel, only these kinds.

Then items/s of ingest with 10, 100 and 1,000 live segments, of which 5 % (of ten, half a one) ask for what each item
tells, in turns: recent purchases by --regulars of the people (20000, others for each number of segments), who have made
some already and each make one more in every run.
`;
/** Neither is to write among what the other has left. */
const VACUUM = 'vacuum membership, membership_change, recheck';
const MANY = [10, 100, 1_000];
const ITEMS = 20_000;
const FIRST_ITEMS = 2_000;
const SENDING = { batch: 500, senders: 3 };
/** Rounds for people to enter what they enter, and for code and caches: the fourth is five times as fast as the first. */
const WARMING = 3;

export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      help: { type: 'boolean' },
      people: { type: 'string', default: '1000000' },
      events: { type: 'string', default: '5000000' },
      runs: { type: 'string', default: '7' },
      regulars: { type: 'string', default: '20000' },
      only: { type: 'string' },
    },
  });
  if (values.help) return console.log(HELP);
  await withDatabase(async (server, client) => {
    const workspaceId = await fill(client, { people: Number(values.people), events: Number(values.events) });
    const runs = Number(values.runs);
    if (!values.only)
      for (const typical of TYPICAL_RULES) await compare(server, { client, workspaceId }, typical, runs);
    for (const definition of KIND_DEFINITIONS) await server.gql(`mutation { ${definition} }`);
    const kinds = KIND_RULES.filter(
      ({ name }) => !values.only || values.only === 'kinds' || name.startsWith(values.only),
    );
    for (const kind of kinds) await comparePreview(server, { client, workspaceId }, kind, runs);
    if (values.only) return;
    await compareMany(
      server,
      { client, workspaceId },
      {
        runs,
        people: Math.min(Math.floor(Number(values.people) / MANY.length), Number(values.regulars)),
      },
    );
  });
}

/** In turns, each with people of its own: who has come often has more to be gone through. */
async function compareMany(
  server: BenchServer,
  { client, workspaceId }: ByHand,
  { runs, people }: { runs: number; people: number },
): Promise<void> {
  await fillSegments(client, { count: Math.max(...MANY), workspaceId });
  const all = MANY.map((count) => ({ count, rates: [] as number[], changes: 0 }));
  for (let round = 0; round < WARMING + runs; round += 1)
    for (const [index, one] of all.entries()) {
      await keepSegments(client, { count: one.count, workspaceId });
      const crowd = { people, first: index * people };
      // The first who come wait until the segments are read.
      await send(server, purchases(FIRST_ITEMS, { ...crowd, seed: 2 * round + 1 }), SENDING);
      const before = await endOfLog(client);
      const rate = await send(server, purchases(ITEMS, { ...crowd, seed: 2 * round + 2 }), SENDING);
      if (round < WARMING) continue;
      one.rates.push(rate);
      one.changes += (await endOfLog(client)) - before;
    }
  for (const { count, rates, changes } of all)
    console.log(
      `bench/segments: ingest with ${count} segments ${per(median(rates))}, ${(changes / (runs * ITEMS)).toFixed(2)} entries and exits an item`,
    );
  const [few, most] = [all[0]?.rates ?? [], all.at(-1)?.rates ?? []];
  const ratios = most.map((rate, round) => rate / (few[round] ?? 0));
  console.log(
    `bench/segments: ingest with ${MANY.at(-1)} segments at ${percent(median(ratios))} of the speed with ${MANY[0]} (${percent(Math.min(...ratios))} to ${percent(Math.max(...ratios))}; wanted: at least 50 %)`,
  );
}

async function endOfLog(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ end: number }>(
    'select coalesce(max(id), 0)::int as end from change_log',
  );
  return rows[0]?.end ?? 0;
}

function purchases(count: number, crowd: { people: number; first: number; seed: number }): BenchItem[] {
  return items(count, { ...crowd, days: RECENT_DAYS }).map((item) => ({
    ...item,
    externalId: `${crowd.first}-${item.externalId}`,
    type: 'purchase',
    properties: { total: item.properties['amount'], category: item.properties['category'] },
  }));
}

async function fill(client: pg.Client, size: { people: number; events: number }): Promise<number> {
  const source = await sourceOf(client);
  const started = performance.now();
  await fillByCopy(client, { ...size, ...source, everything: true });
  await client.query('checkpoint');
  console.error(`${size.people} profiles and ${size.events} events after ${ms(performance.now() - started)}`);
  return source.workspaceId;
}

interface ByHand {
  client: pg.Client;
  workspaceId: number;
}

/** As `compare`, without a build. */
async function comparePreview(
  server: BenchServer,
  byHand: ByHand,
  typical: TypicalRule,
  runs: number,
): Promise<void> {
  const pairs: Pair[] = [];
  for (let round = 0; round <= runs; round += 1) {
    const pair = await (round % 2 === 0 ? oursFirst : handFirst)(
      () => timePreview(server, typical),
      () => timeCount(byHand, typical),
    );
    checkThatTheyAgree(typical.name, [pair.ours.count, pair.hand.count]);
    if (round > 0) pairs.push(pair);
  }
  report(`${typical.name}, preview`, pairs, 2);
}

async function compare(
  server: BenchServer,
  byHand: ByHand,
  typical: TypicalRule,
  runs: number,
): Promise<void> {
  const [previews, builds]: [Pair[], Pair[]] = [[], []];
  for (let round = 0; round <= runs; round += 1) {
    const inTurn = round % 2 === 0 ? oursFirst : handFirst;
    const preview = await inTurn(
      () => timePreview(server, typical),
      () => timeCount(byHand, typical),
    );
    const build = await inTurn(
      () => timeBuild(server, byHand, typical),
      () => timeInsert(byHand, typical),
    );
    checkThatTheyAgree(
      typical.name,
      [preview, build].flatMap(({ ours, hand }) => [ours.count, hand.count]),
    );
    // The first is for the caches.
    if (round === 0) continue;
    previews.push(preview);
    builds.push(build);
  }
  report(`${typical.name}, preview`, previews);
  report(`${typical.name}, build`, builds);
}

interface Pair {
  ours: Timed;
  hand: Timed;
}

async function oursFirst(ours: () => Promise<Timed>, hand: () => Promise<Timed>): Promise<Pair> {
  return { ours: await ours(), hand: await hand() };
}

async function handFirst(ours: () => Promise<Timed>, hand: () => Promise<Timed>): Promise<Pair> {
  const first = await hand();
  return { ours: await ours(), hand: first };
}

function report(what: string, pairs: readonly Pair[], wanted = 1.3): void {
  const [ours, hand] = [pairs.map((pair) => pair.ours.took), pairs.map((pair) => pair.hand.took)];
  const ratios = pairs.map((pair) => pair.ours.took / pair.hand.took);
  const [middle, least, most] = [median(ratios), Math.min(...ratios), Math.max(...ratios)].map((ratio) =>
    ratio.toFixed(2),
  );
  console.log(
    `bench/segments: ${what}: ${ms(median(ours))}, by hand ${ms(median(hand))}, ratio ${middle} (${least} to ${most}; wanted: at most ${wanted})`,
  );
}

/** While they are measured time moves a few. */
function checkThatTheyAgree(name: string, counts: readonly number[]): void {
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  if (most - least > 5 + most / 1_000) throw new Error(`${name}: they do not agree: ${counts.join(', ')}`);
}

interface Timed {
  took: number;
  count: number;
}

async function timed(work: () => Promise<number>): Promise<Timed> {
  const started = performance.now();
  const count = await work();
  return { took: performance.now() - started, count };
}

function timePreview(server: BenchServer, { rule }: TypicalRule): Promise<Timed> {
  return timed(async () => {
    const query = 'query ($rule: RuleInput!) { previewSegment(rule: $rule, sample: 0) { count } }';
    return (await server.gql<{ previewSegment: { count: number } }>(query, { rule })).previewSegment.count;
  });
}

function timeCount({ client, workspaceId }: ByHand, { sql }: TypicalRule): Promise<Timed> {
  return timed(async () => {
    const { rows } = await client.query<{ count: string }>(
      `select count(*) from (${sql}) as found`,
      shardsOf(workspaceId),
    );
    return Number(rows[0]?.count);
  });
}

async function timeBuild(server: BenchServer, { client }: ByHand, { rule }: TypicalRule): Promise<Timed> {
  const built = await timed(() => build(server, client, { key: 'measured', rule }));
  await remove(server, client, 'measured');
  await client.query('delete from membership_change');
  await client.query('delete from recheck');
  await client.query(VACUUM);
  return built;
}

/** Members with their entries, as a build leaves them; taken out again afterwards. */
async function timeInsert({ client, workspaceId }: ByHand, { sql, due }: TypicalRule): Promise<Timed> {
  const id = '0190a000-0000-7000-8000-000000000001';
  const inserted = await timed(async () => {
    await client.query('begin');
    const { rowCount } = await client.query(
      `insert into membership (workspace_id, change_id, segment_id, shard, profile_id, entered_at, cause)
      select ${workspaceId}, nextval('membership_change_id_seq'), '${id}', shard, id, now(), 'BUILD'
      from (select * from (${sql}) as found order by shard, id) as found`,
      shardsOf(workspaceId),
    );
    if (due)
      await client.query(
        `insert into recheck (shard, profile_id, due_at) select shard, id, next from (${due}) as due order by shard, id`,
        shardsOf(workspaceId),
      );
    await client.query('commit');
    return rowCount ?? 0;
  });
  await client.query(`delete from membership where segment_id = '${id}'`);
  await client.query('delete from recheck');
  await client.query(VACUUM);
  return inserted;
}

function shardsOf(workspaceId: number): [number, number] {
  return [workspaceId * 256, (workspaceId + 1) * 256];
}
