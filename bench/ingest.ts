import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { startServer } from './support/server.ts';
import type { BenchServer } from './support/server.ts';
import { createSegments, items } from './support/workload.ts';
import type { BenchItem } from './support/workload.ts';

const HELP = `npm run bench -- ingest [--items 60000] [--people 20000] [--batch 500] [--senders 3] [--segments 20] [--runs 3]

Items a second through HTTP, everything included (parsing, receipts, identities, events, segments, log, commit),
beside COPY of the very same event rows into the same table on the same server in the same run.
`;

export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      help: { type: 'boolean' },
      items: { type: 'string', default: '60000' },
      people: { type: 'string', default: '20000' },
      batch: { type: 'string', default: '500' },
      senders: { type: 'string', default: '3' },
      segments: { type: 'string', default: '20' },
      runs: { type: 'string', default: '3' },
    },
  });
  if (values.help) return console.log(HELP);
  const [count, people, batch, senders] = [values.items, values.people, values.batch, values.senders].map(
    Number,
  ) as [number, number, number, number];
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
  const ratios = results.map(({ ingest, copy }) => ingest / copy).sort((a, b) => a - b);
  console.log(
    `bench/ingest: median ratio ${percent(ratios[Math.floor(ratios.length / 2)] ?? 0)} of COPY (wanted: at least 15 %)`,
  );
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

/** Takes the event rows out, empties the table, and times how fast COPY puts them back. @returns rows a second */
export async function copyAgain(server: BenchServer): Promise<number> {
  const client = new pg.Client({ connectionString: server.databaseUrl });
  await client.connect();
  try {
    const chunks: Buffer[] = [];
    await pipeline(client.query(copyTo('copy event to stdout')), async (source) => {
      for await (const chunk of source as AsyncIterable<Buffer>) chunks.push(chunk);
    });
    await client.query('truncate event');
    const started = performance.now();
    const target = client.query(copyFrom('copy event from stdin'));
    await pipeline(Readable.from(chunks), target);
    return (target.rowCount / (performance.now() - started)) * 1_000;
  } finally {
    await client.end();
  }
}

function per(rate: number): string {
  return `${Math.round(rate).toLocaleString('en')}/s`;
}

function percent(ratio: number): string {
  return `${(ratio * 100).toFixed(1)} %`;
}
