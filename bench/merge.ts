import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { send } from './ingest.ts';
import { median, ms, percent, quantile } from './support/figures.ts';
import { startServer } from './support/server.ts';
import type { BenchServer } from './support/server.ts';
import { createSegments, items } from './support/workload.ts';

const HELP = `npm run bench -- merge [--sizes 1000,10000,50000] [--pairs 5] [--segments 20] [--others 300000] [--people 20000]

Milliseconds for mergeProfiles over HTTP, of two people with as many events each, and for its undo: the medians of
several pairs (one pair for sizes above 10,000). The smallest size is first done on a server that holds 10 events of
others, then on one with --others events of --people others: merges should cost by what moves, and nothing else. While
the largest pair merges and parts, single items about other people go in: their latency beside that on an idle server.
`;

interface Took {
  merge: number;
  undo: number;
}

export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      help: { type: 'boolean' },
      sizes: { type: 'string', default: '1000,10000,50000' },
      pairs: { type: 'string', default: '5' },
      segments: { type: 'string', default: '20' },
      others: { type: 'string', default: '300000' },
      people: { type: 'string', default: '20000' },
    },
  });
  if (values.help) return console.log(HELP);
  const sizes = values.sizes.split(',').map(Number);
  const [pairs, segments, others, people] = [values.pairs, values.segments, values.others, values.people].map(
    Number,
  ) as [number, number, number, number];
  const [smallest = 0] = sizes;
  const small = await withServer({ others: 10, people: 10, sizes: [smallest], pairs, segments }, (server) =>
    measure(server, smallest, pairs),
  );
  report(smallest, small, 'beside 10 events of 10 people');
  await withServer({ others, people, sizes, pairs, segments }, async (server) => {
    for (const size of sizes) {
      const largest = size === sizes.at(-1);
      const idle = largest ? await probe(server, { until: sleep(3_000), name: 'idle' }) : [];
      const work = measure(server, size, pairsOf(size, pairs));
      const busy = largest ? await probe(server, { until: work, name: 'busy' }) : [];
      const took = await work;
      report(
        size,
        took,
        `beside ${others.toLocaleString('en')} events of ${people.toLocaleString('en')} people`,
      );
      if (size === smallest) compare(small, took);
      if (largest) reportProbes(idle, busy);
    }
  });
}

interface Setting {
  others: number;
  people: number;
  sizes: readonly number[];
  pairs: number;
  segments: number;
}

/** A server that holds all these people before it has segments: filling it costs less so. */
async function withServer<T>(setting: Setting, work: (server: BenchServer) => Promise<T>): Promise<T> {
  const server = await startServer();
  const how = { batch: 500, senders: 6 };
  try {
    await send(server, items(setting.others, { people: setting.people, seed: 1 }), how);
    for (const size of setting.sizes) {
      for (let pair = 0; pair < pairsOf(size, setting.pairs); pair += 1) {
        const events = items(2 * size, { people: 1, seed: size + pair }).map((item, index) => ({
          ...item,
          identifiers: [{ namespace: 'device', value: nameOf(size, pair, index % 2) }],
        }));
        await send(server, events, how);
      }
    }
    await createSegments(server, setting.segments);
    return await work(server);
  } finally {
    await server.stop();
  }
}

function pairsOf(size: number, pairs: number): number {
  return size > 10_000 ? 1 : pairs;
}

function nameOf(size: number, pair: number, half: number): string {
  return `half-${half}-of-${pair}-of-${size}`;
}

/** Merges each pair and undoes it: twice, since the first time finds statements unprepared. */
async function measure(server: BenchServer, size: number, pairs: number): Promise<Took[]> {
  const took: Took[] = [];
  for (let time = 1; time <= 2; time += 1) {
    for (let pair = 0; pair < pairs; pair += 1) {
      const ids = await Promise.all([0, 1].map((half) => profileOf(server, nameOf(size, pair, half))));
      const merge = await timed(async () => {
        const { mergeProfiles } = await server.gql<{
          mergeProfiles: { merges: { id: string; moved: { kind: string; count: number }[] }[] };
        }>(
          'mutation ($ids: [ID!]!) { mergeProfiles(input: { profileIds: $ids }) { merges { id moved { kind count } } } }',
          { ids },
        );
        const [one] = mergeProfiles.merges;
        const moved = one?.moved.find(({ kind }) => kind === 'events')?.count;
        if (moved !== size) throw new Error(`${moved} of ${size} events moved`);
        return one?.id;
      });
      const undo = await timed(async () => {
        const { unmergeProfiles } = await server.gql<{ unmergeProfiles: { restored: object | null } }>(
          'mutation ($id: ID) { unmergeProfiles(input: { mergeId: $id }) { restored { id } } }',
          { id: merge.value },
        );
        if (!unmergeProfiles.restored) throw new Error('the merge was not undone');
      });
      if (time === 2 || pairs === 1) took.push({ merge: merge.took, undo: undo.took });
    }
  }
  return took;
}

async function profileOf(server: BenchServer, device: string): Promise<string> {
  const { profileByIdentifier } = await server.gql<{ profileByIdentifier: { id: string } }>(
    'query ($device: String!) { profileByIdentifier(namespace: "device", value: $device) { id } }',
    { device },
  );
  return profileByIdentifier.id;
}

/** Sends single items about other people, one after the other. @returns milliseconds that each took */
async function probe(
  server: BenchServer,
  { until, name }: { until: Promise<unknown>; name: string },
): Promise<number[]> {
  let isOver = false;
  const over = () => void (isOver = true);
  until.then(over, over);
  const took: number[] = [];
  for (let index = 0; !isOver; index += 1) {
    const [item] = items(1, { people: 10, seed: index });
    const sent = { ...item, externalId: `${name}-${index}` };
    const { took: one } = await timed(() =>
      server.gql('mutation ($item: IngestItemInput!) { ingest(input: { items: [$item] }) { accepted } }', {
        item: sent,
      }),
    );
    took.push(one);
  }
  return took;
}

async function timed<T>(work: () => Promise<T>): Promise<{ value: T; took: number }> {
  const started = performance.now();
  return { value: await work(), took: performance.now() - started };
}

function report(size: number, took: readonly Took[], where: string): void {
  const [merge, undo] = [median(took.map((one) => one.merge)), median(took.map((one) => one.undo))];
  const each = (total: number) => `${ms(total)}, ${((total * 1_000) / size).toFixed(1)} µs an event`;
  console.log(
    `${size.toLocaleString('en')} and ${size.toLocaleString('en')} events, ${where}: merge ${each(merge)}; undo ${each(undo)}`,
  );
}

function compare(small: readonly Took[], large: readonly Took[]): void {
  const ratio = (what: keyof Took) =>
    percent(median(large.map((one) => one[what])) / median(small.map((one) => one[what])));
  console.log(
    `bench/merge: beside many others, a merge takes ${ratio('merge')} of the time and an undo ${ratio('undo')}`,
  );
}

function reportProbes(idle: readonly number[], busy: readonly number[]): void {
  const at = (took: readonly number[]) =>
    `p50 ${ms(quantile(took, 0.5))}, p99 ${ms(quantile(took, 0.99))}, longest ${ms(Math.max(...took))} (${took.length} items)`;
  console.log(`bench/merge: items about others, idle: ${at(idle)}`);
  console.log(`bench/merge: items about others, while the largest pair merges and parts: ${at(busy)}`);
}
