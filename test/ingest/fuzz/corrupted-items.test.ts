import { canonicalJson, ERRORS, exceededBound } from '../../../src/platform/index.js';
import { asAdmin, defineEventType, expectNoErrors, explained, gql, startServer } from '../../kit/index.js';
import type { TestServer } from '../../kit/index.js';
import { act } from '../quarantine-kit.js';
import { corrupt, sampleCorruptions } from './corruptions.js';
import type { Json } from './corruptions.js';

const ITEMS = Number(process.env.FUZZ_ITEMS ?? 20_000);
const BATCH = 250;
const PEOPLE = 2_000;
/** Rejected items to fix: one by one, as a person would. */
const FIXED = 300;
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
      { namespace: 'email', value: `person-${person}@example.org`, verified: { by: 'CODE', at } },
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

interface Run {
  sent: readonly Json[];
  results: readonly Result[];
}
let run: Run;

beforeAll(async () => {
  const corruptions = sampleCorruptions(ITEMS, SEED);
  const sent = Array.from({ length: ITEMS }, (_, index) =>
    isCorrupted(index) ? corrupt(orderOf(index), corruptions[index] ?? []) : orderOf(index),
  );
  const results: Result[] = [];
  for (let from = 0; from < ITEMS; from += BATCH)
    results.push(...(await send(sent.slice(from, from + BATCH))));
  run = { sent, results };
}, 300_000);

/** Says how to have the same items again. */
async function withSeed(expectation: () => Promise<void> | void): Promise<void> {
  try {
    await expectation();
  } catch (error) {
    if (error instanceof Error) error.message += `\n\nFUZZ_SEED=${SEED}`;
    throw error;
  }
}

async function stored(): Promise<{ events: number; receipts: number }> {
  const { rows } = await asAdmin(server.databaseUrl, (client) =>
    client.query(
      `select (select count(*)::int from event) as events, (select count(*)::int from receipt) as receipts`,
    ),
  );
  return rows[0];
}

it('answers every item by itself, whatever is wrong with others', async () => {
  const { sent, results } = run;
  const wrong = results.flatMap((result, index) => {
    const { status, errors, warnings } = result;
    const isGood = status === 'ACCEPTED' && errors.length + warnings.length === 0;
    const fault = isCorrupted(index) ? faultOf(result, index % BATCH) : isGood ? null : 'It is a good one.';
    return fault ? [{ fault, result, item: JSON.stringify(sent[index]).slice(0, 1_000) }] : [];
  });
  await withSeed(async () => {
    expect(wrong.slice(0, 5)).toEqual([]);
    expect(await stored()).toEqual({
      events: results.filter(({ status, eventId }) => status === 'ACCEPTED' && eventId).length,
      receipts: results.filter(({ status }) => status === 'ACCEPTED').length,
    });
  });
});

const QUARANTINE = `query ($after: String) { quarantine(first: 500, after: $after) {
  totalCount nodes { id externalId item } pageInfo { endCursor hasNextPage } } }`;
const FIX = `mutation ($input: UpdateQuarantinedItemInput!) { updateQuarantinedItem(input: $input) {
  item { errors { code } } userErrors { code path } } }`;

interface Quarantined {
  id: string;
  externalId: string | null;
  item: unknown;
}

async function quarantined(): Promise<Quarantined[]> {
  const all: Quarantined[] = [];
  for (let after: string | null = null; ;) {
    const { quarantine } = expectNoErrors(await gql(server, QUARANTINE, { after }));
    all.push(...quarantine.nodes);
    if (!quarantine.pageInfo.hasNextPage) {
      expect(all).toHaveLength(quarantine.totalCount);
      return all;
    }
    after = quarantine.pageInfo.endCursor;
  }
}

/** What an item is found by in quarantine: its externalId, or else its body. Null = it has neither there. */
function nameOf(item: unknown, externalId: string | null): string | null {
  const isKept = !exceededBound(item, { characters: 100_000, depth: 120 });
  if (externalId !== null) return `id ${externalId}`;
  return isKept ? `body ${canonicalJson(item)}` : null;
}

it('keeps every rejected item, and takes each exactly once when it has been fixed', async () => {
  const { sent, results } = run;
  const rejected = sent.flatMap((_, index) => (results[index]?.status === 'REJECTED' ? [index] : []));
  const indexOf = new Map(rejected.map((index) => [nameOf(sent[index], results[index]!.externalId), index]));
  const kept = await quarantined();
  const found = kept.filter(({ externalId, item }) => externalId !== null || item !== null);
  // Neither can be told from an item that is null.
  for (const name of [null, 'body null']) indexOf.delete(name);
  // Several were left with the same id: once one of them is accepted, the others are no longer waited for.
  for (const { status, externalId } of results) if (status === 'ACCEPTED') indexOf.delete(`id ${externalId}`);
  await withSeed(() => expect(found).toHaveLength(indexOf.size));
  const fixable = found.slice(0, FIXED).flatMap(({ id, externalId, item }) => {
    const index = indexOf.get(nameOf(item, externalId));
    return index === undefined ? [] : [{ id, index }];
  });
  const before = await stored();
  for (const { id, index } of fixable) {
    const answer = await gql(server, FIX, { input: { id, item: orderOf(index) } });
    const fixed = expectNoErrors(answer).updateQuarantinedItem;
    await withSeed(() =>
      explained(answer, () => expect(fixed).toEqual({ item: { errors: [] }, userErrors: [] })),
    );
  }
  const ids = fixable.map(({ id }) => id);
  const none = { accepted: 0, duplicates: 0, conflicts: 0, rejected: 0 };
  const replayed = await act(server, 'replayQuarantine', { ids });
  await withSeed(() => expect(replayed).toEqual({ ...none, accepted: ids.length }));
  expect(await act(server, 'replayQuarantine', { ids })).toEqual(none);
  expect(await stored()).toEqual({
    events: before.events + ids.length,
    receipts: before.receipts + ids.length,
  });
  expect(await quarantined()).toHaveLength(kept.length - ids.length);
}, 300_000);
