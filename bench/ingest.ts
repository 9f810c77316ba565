import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { median, per, percent } from './support/figures.ts';
import { linking, seedVisitors } from './support/merging.ts';
import { startServer } from './support/server.ts';
import type { BenchServer } from './support/server.ts';
import { createSegments, defineContracts, filled, items } from './support/workload.ts';
import type { BenchItem } from './support/workload.ts';

const HELP = `npm run bench -- ingest [--items 150000] [--people 50000] [--batch 500] [--senders 6] [--segments 20] [--runs 5] [--merges 1 | --full [--consents 10]]

Items a second through HTTP, everything included (parsing, receipts, identities, events, segments, log, commit),
beside COPY of the very same event rows into the same table on the same server in the same run (the median of three).

With --merges, that percentage of the items are links: each names two people who are known, and so merges them. They
go in turns with as many items without links, to the same server; the figure is the median of the pairs' ratios. --items is for each turn
then, and --runs how many pairs of turns there are (better 20000 and 7).

With --full, likewise, every item is held against a contract and tells three typed attributes and a channel, and
--consents percent of them consent (nobody is asked with every purchase), in turns with bare events of the same people.
`;

export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      help: { type: 'boolean' },
      items: { type: 'string', default: '150000' },
      people: { type: 'string', default: '50000' },
      batch: { type: 'string', default: '500' },
      senders: { type: 'string', default: '6' },
      segments: { type: 'string', default: '20' },
      runs: { type: 'string', default: '5' },
      merges: { type: 'string' },
      full: { type: 'boolean' },
      consents: { type: 'string', default: '10' },
    },
  });
  if (values.help) return console.log(HELP);
  const [count, people, batch, senders] = [values.items, values.people, values.batch, values.senders].map(
    Number,
  ) as [number, number, number, number];
  const turns = {
    runs: Number(values.runs),
    segments: Number(values.segments),
    count,
    people,
    batch,
    senders,
  };
  if (values.merges) return compareMerges(Number(values.merges), turns);
  if (values.full) return compareFull(Number(values.consents), turns);
  const results: { ingest: number; copy: number }[] = [];
  for (let round = 1; round <= Number(values.runs); round += 1) {
    const server = await startServer();
    try {
      await createSegments(server, Number(values.segments));
      await send(server, items(5_000, { people: 1_000, seed: 99 }), { batch, senders });
      const ingest = await send(server, items(count, { people, seed: round }), { batch, senders });
      const copy = await copyAgain(server);
      results.push({ ingest, copy });
      console.log(`run ${round}: ingest ${per(ingest)}, COPY ${per(copy)}, ratio ${percent(ingest / copy)}`);
    } finally {
      await server.stop();
    }
  }
  const ratio = median(results.map(({ ingest, copy }) => ingest / copy));
  console.log(`bench/ingest: median ratio ${percent(ratio)} of COPY (wanted: at least 15 %)`);
}

interface Turns {
  runs: number;
  segments: number;
  count: number;
  people: number;
  batch: number;
  senders: number;
}

/** Items with links and items without. */
async function compareMerges(share: number, options: Turns): Promise<void> {
  const links = Math.ceil((options.count * share) / 100);
  const ratio = await inTurns(options, {
    begin: (server, round) => seedVisitors(server, { from: round * links, count: links }),
    other: (plain, round) => linking(plain, share, round * links),
    async end(server) {
      const { merges } = await mergesOf(server);
      if (merges !== options.runs * links)
        throw new Error(`there were ${merges} merges, not ${options.runs * links}`);
    },
  });
  console.log(
    `bench/ingest: with ${share} % merges ${percent(ratio)} of the speed without (wanted: at least 80 %)`,
  );
}

/** Items that hold everything, and bare events. */
async function compareFull(consents: number, options: Turns): Promise<void> {
  const ratio = await inTurns(options, {
    begin: (server, round) => (round === 1 ? defineContracts(server) : Promise.resolve()),
    other: (plain) => plain.map((item, index) => filled(item, index, consents)),
  });
  console.log(
    `bench/ingest: with contracts, attributes, channels and ${consents} % consents ${percent(ratio)} of the speed of bare events (wanted: at least 70 %)`,
  );
}

interface Comparison {
  /** Before each round. */
  begin(server: BenchServer, round: number): Promise<void>;
  /** What is sent in turns with plain items, made of such. */
  other(plain: BenchItem[], round: number): BenchItem[];
  end?(server: BenchServer): Promise<void>;
}

/** Plain items and others, in turns, on one server that knows all people. @returns the median of the pairs' ratios */
async function inTurns(
  { runs, segments, count, people, batch, senders }: Turns,
  { begin, other, end }: Comparison,
): Promise<number> {
  const server = await startServer();
  const rates: { plain: number[]; other: number[] } = { plain: [], other: [] };
  try {
    await createSegments(server, segments);
    await send(server, everybody(people), { batch, senders });
    for (let round = 1; round <= runs; round += 1) {
      await begin(server, round);
      const turns = [
        { rate: rates.plain, all: items(count, { people, seed: 2 * round }) },
        { rate: rates.other, all: other(items(count, { people, seed: 2 * round + 1 }), round) },
      ];
      for (const { rate, all } of round % 2 ? turns : turns.toReversed())
        rate.push(await send(server, all, { batch, senders }));
      const [plain = 0, with_ = 0] = [rates.plain.at(-1), rates.other.at(-1)];
      console.log(`run ${round}: without ${per(plain)}, with ${per(with_)}, ratio ${percent(with_ / plain)}`);
    }
    await end?.(server);
  } finally {
    await server.stop();
  }
  return median(rates.other.map((rate, round) => rate / (rates.plain[round] ?? 1)));
}

/** An item for each person of the workload, so that all of them are known. */
function everybody(people: number): BenchItem[] {
  return items(people, { people, seed: 1 }).map((item, index) => ({
    ...item,
    identifiers: [{ namespace: 'external', value: `person-${index}` }],
  }));
}

async function mergesOf(server: BenchServer): Promise<{ merges: number }> {
  const client = new pg.Client({ connectionString: server.databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ merges: number }>(
      'select count(*)::int as merges from profile_merge',
    );
    return rows[0] ?? { merges: 0 };
  } finally {
    await client.end();
  }
}

/** @returns items a second */
export async function send(
  server: BenchServer,
  all: BenchItem[],
  { batch, senders }: { batch: number; senders: number },
): Promise<number> {
  const batches = Array.from({ length: Math.ceil(all.length / batch) }, (_, index) =>
    all.slice(index * batch, (index + 1) * batch),
  );
  const started = performance.now();
  const sender = async () => {
    for (let next = batches.shift(); next; next = batches.shift()) {
      const { ingest } = await server.gql<{ ingest: { accepted: number } }>(
        'mutation ($input: IngestInput!) { ingest(input: $input) { accepted } }',
        { input: { items: next } },
      );
      if (ingest.accepted !== next.length)
        throw new Error(`only ${ingest.accepted} of ${next.length} were accepted`);
    }
  };
  await Promise.all(Array.from({ length: senders }, sender));
  return (all.length / (performance.now() - started)) * 1_000;
}

/** Takes the event rows out, empties the table, and times how fast COPY puts them back, three times. @returns the median in rows a second */
async function copyAgain(server: BenchServer): Promise<number> {
  const client = new pg.Client({ connectionString: server.databaseUrl });
  await client.connect();
  try {
    const chunks: Buffer[] = [];
    await pipeline(client.query(copyTo('copy event to stdout')), async (source) => {
      for await (const chunk of source as AsyncIterable<Buffer>) chunks.push(chunk);
    });
    const rates: number[] = [];
    for (let time = 1; time <= 3; time += 1) {
      await client.query('truncate event');
      const started = performance.now();
      const target = client.query(copyFrom('copy event from stdin'));
      await pipeline(Readable.from(chunks), target);
      rates.push((target.rowCount / (performance.now() - started)) * 1_000);
    }
    return median(rates);
  } finally {
    await client.end();
  }
}
