import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { send } from './ingest.ts';
import { startServer } from './support/server.ts';
import type { BenchServer } from './support/server.ts';
import { createSegments, items } from './support/workload.ts';

const HELP = `npm run bench -- latency [--probes 400] [--load-seconds 8]

Milliseconds from sending a request with one item to receiving the entry it causes on a socket: on an idle server,
and while others send batches of 500 items at half the rate that the server was seen to take in the same run.
`;

export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      help: { type: 'boolean' },
      probes: { type: 'string', default: '400' },
      'load-seconds': { type: 'string', default: '8' },
    },
  });
  if (values.help) return console.log(HELP);
  const probes = Number(values.probes);
  const server = await startServer();
  const entries = listen(server);
  try {
    await createSegments(server);
    await server.gql(
      `mutation { createSegment(input: { key: "probed", name: "Probed", rule: { event: { type: "probe" } }, allowUndefined: true }) { segment { id } } }`,
    );
    const full = await send(server, items(20_000, { people: 5_000, seed: 1 }), { batch: 500, senders: 3 });
    await probe(server, entries, 50, 'warm');
    report('idle', await probe(server, entries, probes, 'idle'));
    const load = keepLoading(server, full / 2, Number(values['load-seconds']) * 1_000);
    const loaded: number[] = [];
    while (!load.finished()) loaded.push(...(await probe(server, entries, 10, `load-${loaded.length}`)));
    report(
      `half load (${Math.round((await load.sent) / Number(values['load-seconds']))} of ${Math.round(full)} items/s)`,
      loaded,
    );
  } finally {
    await entries.close();
    await server.stop();
  }
}

interface Entries {
  next(): Promise<number>;
  close(): Promise<void>;
}

/** The instants at which entries into the probed segment come in. */
function listen(server: BenchServer): Entries {
  const client = createClient({
    url: server.url.replace('http', 'ws'),
    webSocketImpl: WebSocket,
    connectionParams: { apiKey: server.key },
    lazy: false,
  });
  const arrived: number[] = [];
  let wake = () => undefined as void;
  client.subscribe<{ segmentChanges: { segment: { key: string } } }>(
    { query: 'subscription { segmentChanges { cursor kind segment { key } profile { id } } }' },
    {
      next: ({ data }) => {
        if (data?.segmentChanges.segment.key !== 'probed') return;
        arrived.push(performance.now());
        wake();
      },
      error: (error) => {
        throw error;
      },
      complete: () => undefined,
    },
  );
  return {
    async next() {
      while (arrived.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      return arrived.shift() ?? 0;
    },
    close: async () => client.dispose(),
  };
}

/** Sends probes one after the other. @returns milliseconds from the request to the entry on the socket */
async function probe(server: BenchServer, entries: Entries, count: number, name: string): Promise<number[]> {
  const took: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const id = `${name}-${index}`;
    const item = { externalId: id, identifiers: [{ namespace: 'external', value: id }], type: 'probe' };
    const started = performance.now();
    const answered = server.gql('mutation ($input: IngestInput!) { ingest(input: $input) { accepted } }', {
      input: { items: [item] },
    });
    took.push((await entries.next()) - started);
    await answered;
  }
  return took;
}

/** Sends batches at a rate, for a while, without waiting for their answers. */
function keepLoading(
  server: BenchServer,
  rate: number,
  forMs: number,
): { finished(): boolean; sent: Promise<number> } {
  const until = performance.now() + forMs;
  const all = items(Math.ceil((rate * forMs) / 1_000) + 500, { people: 5_000, seed: 2 });
  const sending = async () => {
    const answers: Promise<number>[] = [];
    let sent = 0;
    while (performance.now() < until && sent < all.length) {
      answers.push(send(server, all.slice(sent, sent + 500), { batch: 500, senders: 1 }));
      sent += 500;
      await sleep((500 / rate) * 1_000);
    }
    await Promise.all(answers);
    return sent;
  };
  return { finished: () => performance.now() >= until, sent: sending() };
}

function report(name: string, took: number[]): void {
  const sorted = took.toSorted((a, b) => a - b);
  const at = (share: number) =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1);
  console.log(`bench/latency, ${name}: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms (${sorted.length} probes)`);
}
