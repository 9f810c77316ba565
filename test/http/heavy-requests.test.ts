import {
  createSegment,
  defineNamespace,
  explained,
  gql,
  ingest,
  item,
  longestTurn,
  post,
  snapshotTables,
  startServer,
} from '../kit/index.js';
import type { Answer, TestServer } from '../kit/index.js';

/** Processor time in one turn of the event loop. Real machines need a fifth of it; tests run in a slower environment. */
const AT_MOST_MS = 700;

const INGEST =
  'mutation ($input: IngestInput!) { ingest(input: $input) { accepted results { status errors { code } } } }';
const ITEMS =
  'mutation ($items: [IngestItemInput!]!) { ingest(input: { items: $items }) { results { status errors { code } } } }';
const SEGMENT =
  'mutation ($rule: RuleInput!) { createSegment(input: { key: "new", name: "New", rule: $rule }) { userErrors { code } } }';
const PREVIEW = 'query ($rule: RuleInput!) { previewSegment(rule: $rule) { count } }';
const TAXONOMY =
  'mutation ($input: DefineTaxonomyInput!) { defineTaxonomy(input: $input) { userErrors { code } } }';
const NAMESPACE =
  'mutation ($input: DefineIdentifierNamespaceInput!) { defineIdentifierNamespace(input: $input) { userErrors { code } } }';

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
  await createSegment(server, 'buyers', { event: { type: 'purchase' } });
  await ingest(server, [item({ email: 'ada@example.com' })]);
});

const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
const email = (value: string) => ({ namespace: 'email', value });
const terms = (count: number) => many(count, (n) => ({ key: `term-${n}`, label: 'Term' }));
const taxonomy = (list: object[]) => ({ input: { key: 'new', label: 'New', terms: list } });
const oneItem = (rest: object) => ({
  input: { items: [{ externalId: 'heavy', identifiers: [email('ada@example.com')], ...rest }] },
});
/** JSON that JSON.stringify could not write: the value stands where there is `"HERE"`. */
const body = (query: string, variables: object, here = '') =>
  JSON.stringify({ query, variables }).replace('"HERE"', () => here);
const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
const wide = (count: number, value: string) => `{${many(count, (n) => `"a${n}":${value}`).join()}}`;

/** Of the request, of the payload, and of the items. */
function codesOf({ errors = [], data }: Answer): string[] {
  const payloads = Object.values((data ?? {}) as Record<string, { userErrors?: { code: string }[] } | null>);
  const results = data?.ingest?.results as { errors: { code: string }[] }[] | undefined;
  return [
    ...errors.map(({ extensions }) => extensions.code),
    ...payloads.flatMap((payload) => payload?.userErrors?.map(({ code }) => code) ?? []),
    ...(results?.flatMap((result) => result.errors.map(({ code }) => code)) ?? []),
  ];
}

async function expectRefused(text: string, code: string, { except = [] as string[] } = {}): Promise<void> {
  const before = await snapshotTables(server, { except });
  let answer: Answer | undefined;
  const turn = await longestTurn(async () => {
    answer = await post(server, text);
  });
  explained(answer as Answer, () => {
    expect(codesOf(answer as Answer)).toEqual([code]);
    expect(turn).toBeLessThan(AT_MOST_MS);
  });
  expect(await snapshotTables(server, { except })).toEqual(before);
}

/** The rows of items in quarantine, as text. */
const quarantined = async () =>
  (await snapshotTables(server)).quarantine?.map((row) => JSON.stringify(row)) ?? [];

describe('more than is read at once', () => {
  const rule = (nodes: number) => ({ rule: { all: many(nodes, () => ({ all: [] })) } });
  it.each<[string, string, string]>([
    ['a rule of 400,000 nodes', body(SEGMENT, rule(400_000)), 'PAYLOAD_TOO_LARGE'],
    ['a rule of 20,000 nodes', body(SEGMENT, rule(20_000)), 'OPERATION_TOO_LARGE'],
    ['a rule of 1,000 nodes', body(SEGMENT, rule(1_000)), 'RULE_TOO_LARGE'],
    ['a preview of 20,000 nodes', body(PREVIEW, rule(20_000)), 'OPERATION_TOO_LARGE'],
    ['a preview of 1,000 nodes', body(PREVIEW, rule(1_000)), 'RULE_TOO_LARGE'],
    [
      'a rule of 200 lists of 1,000 values',
      body(SEGMENT, {
        rule: {
          any: many(199, () => ({
            attribute: { key: 'city', is: { in: many(1_000, (n) => `true ${n}`) } },
          })),
        },
      }),
      'OPERATION_TOO_LARGE',
    ],
    [
      'a rule with a value of 80,000 values',
      body(SEGMENT, { rule: { attribute: { key: 'city', is: { equals: many(80_000, () => 1) } } } }),
      'RULE_INVALID',
    ],
    ['a rule that nests 3,000 deep', body(SEGMENT, { rule: 'HERE' }, nested(3_000)), 'OPERATION_TOO_LARGE'],
    ['80,000 terms', body(TAXONOMY, taxonomy(terms(80_000))), 'OPERATION_TOO_LARGE'],
    ['2,001 terms', body(TAXONOMY, taxonomy(terms(2_001))), 'TOO_MANY'],
    [
      'a term with 50,000 names',
      body(
        TAXONOMY,
        taxonomy([{ key: 'a', label: 'A', labels: many(50_000, () => ({ locale: 'nl', text: 'A' })) }]),
      ),
      'OPERATION_TOO_LARGE',
    ],
    [
      '2,000 terms, each below the one before',
      body(
        TAXONOMY,
        taxonomy(
          many(2_000, (n) => ({ key: `term-${n}`, label: 'T', parent: n > 0 ? `term-${n - 1}` : null })),
        ),
      ),
      'INVALID_VALUE',
    ],
    [
      'identifiers to preview: 80,000',
      body('query ($all: [IdentifierInput!]!) { previewIdentity(identifiers: $all) { outcome } }', {
        all: many(80_000, (n) => email(`a${n}@example.com`)),
      }),
      'OPERATION_TOO_LARGE',
    ],
    [
      'identifiers to preview: 5,000',
      body('query ($all: [IdentifierInput!]!) { previewIdentity(identifiers: $all) { outcome } }', {
        all: many(5_000, (n) => email(`a${n}@example.com`)),
      }),
      'TOO_MANY',
    ],
    [
      '150,000 ids',
      body('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids: many(150_000, () => 'profile_0') }),
      'OPERATION_TOO_LARGE',
    ],
    [
      '39,000 ids',
      body('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids: many(39_000, () => 'profile_0') }),
      'TOO_MANY',
    ],
    [
      '39,000 profiles to merge',
      body('mutation ($ids: [ID!]!) { mergeProfiles(input: { profileIds: $ids }) { userErrors { code } } }', {
        ids: many(39_000, () => 'profile_0'),
      }),
      'TOO_MANY',
    ],
    [
      '30,000 blocked values',
      body(NAMESPACE, {
        input: { key: 'shoe', semanticType: 'OTHER', blockedValues: many(30_000, (n) => `${n}`) },
      }),
      'TOO_MANY',
    ],
    [
      'a blocked pattern of 5 MB',
      body(NAMESPACE, {
        input: { key: 'shoe', semanticType: 'OTHER', blockedPatterns: ['a?'.repeat(2_500_000)] },
      }),
      'PATTERN_INVALID',
    ],
    [
      '1.7 million lists',
      body(INGEST, oneItem({ type: 't', properties: { a: 'HERE' } }), `[${'[],'.repeat(1_600_000)}1]`),
      'PAYLOAD_TOO_LARGE',
    ],
    ['400,000 keys', body(INGEST, oneItem({ attributes: 'HERE' }), wide(400_000, '1')), 'PAYLOAD_TOO_LARGE'],
    [
      '400,000 levels',
      body(INGEST, oneItem({ attributes: { a: 'HERE' } }), nested(400_000)),
      'PAYLOAD_TOO_LARGE',
    ],
  ])('is refused: %s', async (_what, text, code) => {
    await expectRefused(text, code);
  });
});

describe('one item in a request', () => {
  it.each<[string, string, string]>([
    ['has 100,000 attributes', body(INGEST, oneItem({ attributes: 'HERE' }), wide(100_000, '1')), 'TOO_LONG'],
    [
      'has 80,000 objects in its properties',
      body(INGEST, oneItem({ type: 't', properties: 'HERE' }), wide(80_000, '{}')),
      'TOO_LONG',
    ],
    [
      'nests 3,000 deep',
      body(INGEST, oneItem({ type: 't', properties: 'HERE' }), nested(3_000)),
      'INVALID_VALUE',
    ],
    [
      'nests 6,000 deep',
      body(INGEST, oneItem({ attributes: { a: 'HERE' } }), nested(6_000)),
      'INVALID_VALUE',
    ],
    ['has a text of 5 MB', body(INGEST, oneItem({ attributes: { a: 'x'.repeat(5_000_000) } })), 'TOO_LONG'],
    ['has an externalId of 5 MB', body(INGEST, oneItem({ externalId: 'x'.repeat(5_000_000) })), 'TOO_LONG'],
    [
      'has an identifier of 5 MB',
      body(INGEST, oneItem({ identifiers: [{ namespace: 'phone', value: '1'.repeat(5_000_000) }] })),
      'TOO_LONG',
    ],
    [
      'has 80,000 identifiers',
      body(INGEST, oneItem({ identifiers: many(80_000, (n) => email(`a${n}@example.com`)) })),
      'TOO_LONG',
    ],
    [
      'has 80,000 identifiers, and comes as a list',
      body(ITEMS, oneItem({ identifiers: many(80_000, (n) => email(`a${n}@example.com`)) }).input),
      'TOO_LONG',
    ],
    [
      'has 60,000 channels',
      body(
        INGEST,
        oneItem({ channels: many(60_000, (n) => ({ type: 'EMAIL', endpoint: `a${n}@example.com` })) }),
      ),
      'TOO_LONG',
    ],
    ['adds 300,000 tags', body(INGEST, oneItem({ tags: { add: many(300_000, () => 'vip') } })), 'TOO_LONG'],
  ])('is rejected, and only its faults are kept, when it %s', async (_what, text, code) => {
    const before = await quarantined();
    await expectRefused(text, code, { except: ['quarantine'] });
    const rows = (await quarantined()).filter((row) => !before.includes(row)).map((row) => JSON.parse(row));
    expect(rows).toEqual([expect.objectContaining({ body: null, codes: [code] })]);
  });

  it('does not take those around it along', async () => {
    const items = [
      item({ email: 'before@example.com' }),
      item({ email: 'heavy@example.com' }, { attributes: { note: 'x'.repeat(1_000_000) } }),
      item({ email: 'after@example.com' }),
    ];
    expect((await ingest(server, items)).map(({ status }) => status)).toEqual([
      'ACCEPTED',
      'REJECTED',
      'ACCEPTED',
    ]);
  });
});

it('1,000 items of 20 identifiers each are tried for 50 patterns while others are served', async () => {
  const pattern = (n: number) => `^a?${'[a-j]?'.repeat(15)}${'[a-j]*'.repeat(10)}x${n}$`;
  await defineNamespace(server, {
    key: 'seat',
    semanticType: 'OTHER',
    blockedPatterns: many(50, pattern),
  });
  const items = many(1_000, (n) => ({
    externalId: `seat-${n}`,
    identifiers: many(20, (m) => ({ namespace: 'seat', value: `${'abcdefghij'.repeat(20)}${n}.${m}` })),
  }));
  const text = body(INGEST, { input: { items } });
  let answer: Answer | undefined;
  const turn = await longestTurn(async () => {
    answer = await post(server, text);
  });
  expect(answer?.data.ingest.accepted).toBe(1_000);
  expect(turn).toBeLessThan(4 * AT_MOST_MS);
});

it('a page of 20,000 objects is answered while others are served, as if it were in one go', async () => {
  await ingest(
    server,
    many(500, (n) =>
      item({ external: `reader-${n}` }, { type: 'visit', properties: { list: [n, null, { a: 'é"\\' }] } }),
    ),
  );
  const query = `{ profiles(first: 500) { nodes { id identifiers { nodes { value } } events(first: 40) { nodes { occurredAt properties } } } } }`;
  const { data } = await gql(server, query);
  const pages = await gql(server, query.replace('500', '100'));
  expect(data.profiles.nodes.slice(0, 100)).toEqual(pages.data.profiles.nodes);
  const lists = data.profiles.nodes.flatMap(
    (one: { events: { nodes: { properties: { list?: unknown } }[] } }) =>
      one.events.nodes.map(({ properties }) => properties.list),
  );
  const told = lists.filter(Boolean);
  expect(told.length).toBeGreaterThan(0);
  expect(told).toEqual(told.map(() => [expect.any(Number), null, { a: 'é"\\' }]));
});
