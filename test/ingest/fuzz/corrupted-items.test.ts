import { ERRORS } from '../../../src/platform/index.js';
import { asAdmin, defineEventType, expectNoErrors, explained, gql, startServer } from '../../kit/index.js';
import type { TestServer } from '../../kit/index.js';
import { corrupt, sampleCorruptions } from './corruptions.js';
import type { Json } from './corruptions.js';

const ITEMS = Number(process.env.FUZZ_ITEMS ?? 20_000);
const BATCH = 250;
const PEOPLE = 2_000;
/** Printed with a failure, so that it can be had again: `FUZZ_SEED=… npx jest test/ingest/fuzz`. */
const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31);

const INGEST = `mutation ($input: IngestInput!) { ingest(input: $input) {
  accepted duplicates conflicts rejected
  results { status externalId eventId profileId errors { code path } warnings { code path } } } }`;

interface Told {
  code: string;
  path: string[];
}
interface Result {
  status: 'ACCEPTED' | 'DUPLICATE' | 'CONFLICT' | 'REJECTED';
  externalId: string | null;
  eventId: string | null;
  errors: Told[];
  warnings: Told[];
}

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
  await defineEventType(server, {
    key: 'order',
    properties: [
      { key: 'total', type: 'NUMBER' },
      { key: 'number', type: 'TEXT', isRequired: true },
      { key: 'placedAt', type: 'DATETIME' },
    ],
  });
});

/** Valid in all it says. Items of one person agree about who it is. */
function orderOf(index: number): Json {
  const person = index % PEOPLE;
  const at = new Date(Date.UTC(2026, 0, 1) + index * 60_000).toISOString();
  return {
    externalId: `order-${index}`,
    occurredAt: at,
    identifiers: [
      { namespace: 'external', value: `person-${person}` },
      { namespace: 'email', value: `person-${person}@example.org` },
    ],
    type: 'order',
    properties: { number: `N${index}`, total: index / 4, placedAt: at, lines: [{ sku: 'A1', quantity: 2 }] },
    attributes: { firstName: 'Nora', city: 'Ghent', birthDate: '1990-05-17', score: index },
    channels: [
      {
        type: 'EMAIL',
        endpoint: `person-${person}@example.org`,
        isReachable: true,
        consents: [{ state: 'GRANTED', at, evidence: { form: 'checkout' } }],
      },
    ],
  };
}

/** Every second item stays as it is. */
const isCorrupted = (index: number) => index % 2 === 1;

async function send(items: readonly Json[]): Promise<Result[]> {
  const answer = await gql(server, INGEST, { input: { items } });
  const { results, ...counts } = expectNoErrors(answer).ingest as { results: Result[] };
  const countOf = (status: Result['status']) => results.filter((one) => one.status === status).length;
  explained(answer, () => {
    expect(results).toHaveLength(items.length);
    expect(counts).toEqual({
      accepted: countOf('ACCEPTED'),
      duplicates: countOf('DUPLICATE'),
      conflicts: countOf('CONFLICT'),
      rejected: countOf('REJECTED'),
    });
  });
  return results;
}

/** What is wrong with the answer to an item that was corrupted. */
function faultOf({ status, errors, warnings }: Result, place: number): string | null {
  if (status === 'REJECTED' && errors.length === 0) return 'It was rejected without a reason.';
  if (status !== 'REJECTED' && status !== 'CONFLICT' && errors.length > 0)
    return 'It was not rejected, but has errors.';
  const told = [...errors, ...warnings].find(
    ({ code, path }) =>
      !(code in ERRORS) ||
      code === 'INTERNAL_SERVER_ERROR' ||
      path.slice(0, 3).join() !== ['input', 'items', place].join(),
  );
  return told ? `It was told ${JSON.stringify(told)}.` : null;
}

it('answers every item by itself, whatever is wrong with others', async () => {
  const corruptions = sampleCorruptions(ITEMS, SEED);
  const sent = Array.from({ length: ITEMS }, (_, index) =>
    isCorrupted(index) ? corrupt(orderOf(index), corruptions[index] ?? []) : orderOf(index),
  );
  const results: Result[] = [];
  const wrong: unknown[] = [];
  for (let from = 0; from < ITEMS; from += BATCH) {
    const batch = sent.slice(from, from + BATCH);
    (await send(batch)).forEach((result, place) => {
      const index = from + place;
      results.push(result);
      const fault = isCorrupted(index)
        ? faultOf(result, place)
        : result.status === 'ACCEPTED' && result.errors.length + result.warnings.length === 0
          ? null
          : 'It is a good one.';
      if (fault) wrong.push({ fault, result, item: JSON.stringify(sent[index]).slice(0, 1_000) });
    });
  }
  try {
    expect(wrong.slice(0, 5)).toEqual([]);
  } catch (error) {
    if (error instanceof Error) error.message += `\nFUZZ_SEED=${SEED}`;
    throw error;
  }
  const { rows } = await asAdmin(server.databaseUrl, (client) =>
    client.query(
      'select (select count(*)::int from event) as events, (select count(*)::int from receipt) as receipts',
    ),
  );
  expect(rows[0]).toEqual({
    events: results.filter(({ status, eventId }) => status === 'ACCEPTED' && eventId).length,
    receipts: results.filter(({ status }) => status === 'ACCEPTED').length,
  });
}, 300_000);
