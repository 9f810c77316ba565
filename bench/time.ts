import { parseArgs } from 'node:util';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { build } from './support/building.ts';
import { fillByCopy, sourceOf } from './support/crowd.ts';
import { ms, quantile } from './support/figures.ts';
import { withDatabase } from './support/server.ts';
import type { BenchServer } from './support/server.ts';

const HELP = `npm run bench -- time [--people 1000000] [--flips 10000] [--over 60]

How late flips by time alone reach a subscriber: so many people (who all wait for some instant), of whom some enter a
segment one after the other within so many seconds. Milliseconds from the instant to the entry on a socket.
`;
const KEY = 'ended';
const BATCH = 500;
/** From the first item sent to the first flip. */
const AHEAD_MS = 20_000;

export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      help: { type: 'boolean' },
      people: { type: 'string', default: '1000000' },
      flips: { type: 'string', default: '10000' },
      over: { type: 'string', default: '60' },
    },
  });
  if (values.help) return console.log(HELP);
  const [people, flips, over] = [values.people, values.flips, values.over].map(Number) as [
    number,
    number,
    number,
  ];
  await withDatabase(async (server, client) => {
    await fillByCopy(client, { people, events: 0, ...(await sourceOf(client)) });
    const rule = { attribute: { key: 'contractEndDate', is: { withinLast: { days: 1 } } } };
    await build(server, client, { key: KEY, rule });
    const { rows } = await client.query<{ waiting: string }>('select count(*) as waiting from recheck');
    console.error(`${rows[0]?.waiting ?? 0} people wait for an instant`);
    const instants = await foretell(server, flips, over * 1_000);
    const late = await lateness(server, instants);
    const at = (share: number) => ms(quantile(late, share));
    console.log(
      `bench/time: ${late.length} flips in ${over} s, late by p50 ${at(0.5)}, p99 ${at(0.99)}, at most ${at(1)} (wanted: p99 below 2,000 ms)`,
    );
  });
}

/** Tells of people whose instants come one after the other. @returns the instants, by profile */
async function foretell(server: BenchServer, flips: number, overMs: number): Promise<Map<string, number>> {
  const first = Date.now() + AHEAD_MS;
  const instants = new Map<string, number>();
  for (let from = 0; from < flips; from += BATCH) {
    const at = (index: number) => Math.round(first + (index * overMs) / flips);
    const numbers = Array.from({ length: Math.min(BATCH, flips - from) }, (_, index) => from + index);
    const items = numbers.map((index) => ({
      externalId: `flip-${index}`,
      identifiers: [{ namespace: 'external', value: `flip-${index}` }],
      attributes: { contractEndDate: new Date(at(index)).toISOString() },
    }));
    const { ingest } = await server.gql<{ ingest: { results: { profileId: string }[] } }>(
      `mutation ($input: IngestInput!) { ingest(input: $input) { results { profileId } } }`,
      { input: { items } },
    );
    for (const [index, { profileId }] of ingest.results.entries()) instants.set(profileId, at(from + index));
  }
  if (Date.now() > first) throw new Error('it took too long to tell of them all');
  return instants;
}

/** Listens until everybody has entered. @returns milliseconds from each instant to the entry */
function lateness(server: BenchServer, instants: ReadonlyMap<string, number>): Promise<number[]> {
  const client = createClient({
    url: server.url.replace('http', 'ws'),
    webSocketImpl: WebSocket,
    connectionParams: { apiKey: server.key },
  });
  const late: number[] = [];
  return new Promise((resolve, reject) => {
    client.subscribe<{ segmentChanges: { kind: string; profile: { id: string } } }>(
      { query: `subscription { segmentChanges(segments: ["${KEY}"]) { kind profile { id } } }` },
      {
        next: ({ data }) => {
          const at = data && instants.get(data.segmentChanges.profile.id);
          if (!at || data.segmentChanges.kind !== 'ENTERED') return;
          late.push(Date.now() - at);
          if (late.length === instants.size) {
            void client.dispose();
            resolve(late);
          }
        },
        error: reject,
        complete: () => undefined,
      },
    );
  });
}
