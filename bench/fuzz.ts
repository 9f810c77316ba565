import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { buildSchema } from 'graphql';
import { operationsOf } from '../test/contract/fuzz/operations.ts';
import type { Operation } from '../test/contract/fuzz/operations.ts';
import type { Known } from '../test/contract/fuzz/arguments.ts';
import { ms } from './support/figures.ts';
import { Liveness } from './support/liveness.ts';
import { startServer } from './support/server.ts';
import type { BenchServer } from './support/server.ts';

const HELP = `npm run bench -- fuzz [--runs 50] [--seed N] [--only Mutation.ingest]

Every field of the schema that takes arguments, each with --runs requests that hold hostile values, one after the other.
Told are internal errors, the slowest answer, and the slowest answer of /health/live meanwhile, measured by a thread of
its own that asks every 10 ms.
`;
const MAX_ANSWER_MS = 3_000;
const MAX_LIVE_MS = 100;
const SHOWN = 600;
const TRIES = 3;

export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      help: { type: 'boolean' },
      runs: { type: 'string', default: '50' },
      seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
      only: { type: 'string', default: '' },
    },
  });
  if (values.help) return console.log(HELP);
  const seed = Number(values.seed);
  const server = await startServer();
  const liveness = new Liveness(new URL('/health/live', server.url).href);
  try {
    const schema = buildSchema(await readFile('schema.graphql', 'utf8'));
    const operations = operationsOf(schema, await fill(server));
    console.log(`seed ${seed}`);
    const faults: string[] = [];
    for (const operation of operations.filter(({ name }) => name.includes(values.only)))
      faults.push(...(await tryOut(server, operation, { runs: Number(values.runs), seed, liveness })));
    console.log(faults.length === 0 ? 'no faults' : `${faults.length} faults:\n${faults.join('\n')}`);
  } finally {
    await liveness.stop();
    await server.stop();
  }
}

async function tryOut(
  server: BenchServer,
  { name, requests }: Operation,
  { runs, seed, liveness }: { runs: number; seed: number; liveness: Liveness },
): Promise<string[]> {
  const faults: string[] = [];
  const slowest = { answerMs: 0, liveMs: 0 };
  for (const { body } of fc.sample(requests, { numRuns: runs, seed })) {
    let outcome = await send(server, body, liveness);
    // What is late once may have met with the machine's other work.
    for (let again = 0; again < TRIES && outcome.fault && !outcome.isInternal; again += 1)
      outcome = await send(server, body, liveness);
    if (outcome.fault) faults.push(`${name}: ${outcome.fault}\n  ${body.slice(0, SHOWN)}`);
    slowest.answerMs = Math.max(slowest.answerMs, outcome.answerMs);
    slowest.liveMs = Math.max(slowest.liveMs, outcome.liveMs);
  }
  const [answer, live] = [ms(slowest.answerMs).padStart(9), ms(slowest.liveMs).padStart(9)];
  console.log(`${name.padEnd(40)} slowest ${answer}   live ${live}`);
  return faults;
}

interface Outcome {
  answerMs: number;
  liveMs: number;
  isInternal: boolean;
  fault?: string;
}

async function send(server: BenchServer, body: string, liveness: Liveness): Promise<Outcome> {
  await liveness.longest();
  const started = performance.now();
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${server.key}` };
  const response = await fetch(server.url, { method: 'POST', headers, body });
  const answer = await response.text();
  const answerMs = performance.now() - started;
  const liveMs = await liveness.longest();
  const isInternal = response.status === 500 || answer.includes('"INTERNAL_SERVER_ERROR"');
  const isLate = answerMs > MAX_ANSWER_MS || liveMs > MAX_LIVE_MS;
  const fault = isInternal
    ? answer.slice(0, SHOWN)
    : isLate
      ? `answered after ${ms(answerMs)}, /health/live after ${ms(liveMs)}`
      : undefined;
  return { answerMs, liveMs, isInternal, fault };
}

/** A little of everything, and what of it arguments may name. */
async function fill(server: BenchServer): Promise<Known> {
  const items = ['ada', 'bob', 'cy'].flatMap((name) =>
    [1, 2, 3].map((number) => ({
      externalId: `${name}-${number}`,
      identifiers: [{ namespace: 'external', value: name }],
      type: 'visit',
      properties: { number },
      attributes: { city: 'Ghent' },
    })),
  );
  const { ingest } = await server.gql<{ ingest: { results: { profileId: string }[] } }>(
    'mutation ($items: [IngestItemInput!]!) { ingest(input: { items: $items }) { results { profileId } } }',
    { items },
  );
  await server.gql(`mutation {
    createSegment(input: { key: "towns", name: "Towns", rule: { attribute: { key: "city", is: { exists: true } } } }) { userErrors { code } }
    defineTag(input: { key: "vip", label: "VIP" }) { userErrors { code } }
    defineTaxonomy(input: { key: "themes", label: "Themes", terms: [{ key: "art", label: "Art" }] }) { userErrors { code } }
    defineDerivedAttribute(input: { key: "visits", label: "Visits", type: "visit", function: COUNT, allowUndefined: true }) { userErrors { code } } }`);
  const ids = [...new Set(ingest.results.map(({ profileId }) => profileId))];
  const keys = [
    'city',
    'towns',
    'vip',
    'themes',
    'visits',
    'visit',
    'email',
    'default',
    'marketing',
    'new-one',
  ];
  return {
    String: keys,
    ID: ids,
    Int: [1, 2, 10],
    Boolean: [true, false],
    DateTime: ['2026-01-05T00:00:00Z'],
    JSON: ['Ghent', 1, true, ['Ghent'], { total: 5 }],
    id: ids,
    key: keys,
    segment: ['towns'],
    namespace: ['external', 'email', 'phone', 'device'],
    value: ['ada', 'bob', 'ada@example.com'],
    type: ['visit'],
    source: ['default'],
    purpose: ['marketing'],
  };
}
