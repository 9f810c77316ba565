import fc from 'fast-check';
import { coerceInputValue, getOperationAST, isInputType, parse, validate } from 'graphql';
import type { OperationDefinitionNode } from 'graphql';
import type { RequestContext } from '../../src/access/index.js';
import { createSchema } from '../../src/schema.js';
import type { RawItem } from '../../src/ingest/item.js';
import { liftedItems, liftItems } from '../../src/ingest/lift-items.input.js';
import { connect, event, expectNoErrors, gql, item, snapshotTables, startServer } from '../kit/index.js';
import type { GraphqlError, ItemInput, TestServer } from '../kit/index.js';

const schema = createSchema();
const PLAIN = 'mutation ($input: IngestInput!) { ingest(input: $input) { accepted duplicates } }';

/** What the server does before it executes. @returns the items taken past graphql-js; null = left alone */
function lift(query: string, variables: Record<string, unknown>): readonly RawItem[] | null {
  const context = {} as RequestContext;
  const left = liftItems(operationOf(query), variables, context);
  const items = liftedItems(context);
  if (!items) {
    expect(left).toBe(variables);
    return null;
  }
  expect(left).toEqual({ ...variables, input: Array.isArray(variables.input) ? [] : { items: [] } });
  return items;
}

function operationOf(query: string): OperationDefinitionNode {
  const document = parse(query);
  expect(validate(schema, document)).toEqual([]);
  return getOperationAST(document, /mutation Named\b/.test(query) ? 'Named' : null)!;
}

/** What graphql-js makes of it. @returns null when it refuses it */
function coerce(input: unknown): { items: RawItem[] } | null {
  const type = schema.getType('IngestInput');
  if (!isInputType(type)) throw new Error('there is no IngestInput');
  let isRefused = false;
  const value = coerceInputValue(input, type, () => {
    isRefused = true;
  });
  return isRefused ? null : (value as { items: RawItem[] });
}

const DATES = [
  '2026-01-31T12:00:00Z',
  '2026-01-31t12:00:00.5z',
  '2024-02-29T23:59:59.123456789+05:30',
  '2026-02-29T12:00:00Z',
  '2026-01-31T24:00:00Z',
  '2026-12-31T23:59:60Z',
  '2026-01-31T12:00:00|01:00',
  '2026-01-31T12:00:00',
  '2026-01-31T12:00:00Z\n',
  '2026-01-31',
  '0000-01-01T00:00:00Z',
  '9999-12-31T23:59:59-23:59',
  '+012026-01-31T12:00:00Z',
  'yesterday',
  '',
  1_767_225_600_000,
  { $date: '2026-01-31T12:00:00Z' },
  ['2026-01-31T12:00:00Z'],
];
const identifier = fc.record({ namespace: fc.string({ maxLength: 3 }), value: fc.string({ maxLength: 3 }) });
const channel = fc.record(
  {
    type: fc.constantFrom('EMAIL', 'PUSH'),
    endpoint: fc.string({ maxLength: 3 }),
    isActive: fc.option(fc.boolean()),
    isReachable: fc.option(fc.boolean()),
    verified: fc.option(
      fc.record(
        { by: fc.string({ maxLength: 3 }), at: fc.constantFrom(...DATES.slice(0, 3), null) },
        { requiredKeys: ['by'] },
      ),
    ),
    replaces: fc.option(fc.string({ maxLength: 3 })),
    consents: fc.option(
      fc.array(
        fc.record(
          {
            state: fc.constantFrom('GRANTED', 'DENIED'),
            purpose: fc.option(fc.string({ maxLength: 3 })),
            at: fc.constantFrom(...DATES.slice(0, 3), null),
            expiresAt: fc.constantFrom(...DATES.slice(0, 3), null),
            legalBasis: fc.constantFrom('CONSENT', 'CONTRACT', null),
            evidence: fc.jsonValue({ maxDepth: 1 }),
          },
          { requiredKeys: ['state'] },
        ),
        { maxLength: 2 },
      ),
    ),
  },
  { requiredKeys: ['type', 'endpoint'] },
);
const fine = fc.record(
  {
    externalId: fc.string({ maxLength: 3 }),
    identifiers: fc.array(identifier, { maxLength: 3 }),
    occurredAt: fc.constantFrom(...DATES.slice(0, 3), null),
    type: fc.option(fc.string({ maxLength: 3 })),
    properties: fc.jsonValue({ maxDepth: 2 }),
    attributes: fc.jsonValue({ maxDepth: 2 }),
    tags: fc.option(
      fc.record(
        {
          add: fc.array(fc.string({ maxLength: 2 }), { maxLength: 2 }),
          drop: fc.constant(null),
          addTerms: fc.array(
            fc.record({ taxonomy: fc.string({ maxLength: 2 }), term: fc.string({ maxLength: 2 }) }),
            {
              maxLength: 2,
            },
          ),
        },
        { requiredKeys: [] },
      ),
    ),
    channels: fc.option(fc.array(channel, { maxLength: 2 })),
  },
  { requiredKeys: ['externalId', 'identifiers'] },
);
const batch = fc.record({ items: fc.array(fine, { maxLength: 4 }) });

const KEYS = [
  ...['externalId', 'occurredAt', 'identifiers', 'type', 'properties', 'attributes', 'namespace', 'value'],
  ...[
    'tags',
    'add',
    'adopt',
    'addTerms',
    'taxonomy',
    'term',
    'channels',
    'type',
    'endpoint',
    'verified',
    'consents',
    'state',
    'at',
    'by',
    'isActive',
    'EMAIL',
    'LETTER',
  ],
  ...['items', '__proto__', 'constructor', 'toString', 'length', '0', '', 'color'],
];
/** One change of a JSON value at one of its places. */
const change = fc.record({
  place: fc.nat(),
  how: fc.constantFrom('replace', 'remove', 'add', 'rename', 'put into a list', 'take out of its list'),
  key: fc.constantFrom(...KEYS),
  value: fc.oneof(fc.constantFrom<unknown>(null, true, 7, 'x', [], {}, ...DATES), fc.jsonValue(), identifier),
});
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

const PLAIN_PROPERTY = { writable: true, enumerable: true, configurable: true };

/** Objects and lists inwards, each with the keys of what it holds. */
function placesOf(holder: object): { holder: Record<string, unknown>; key: string }[] {
  return Object.keys(holder).flatMap((key) => {
    const inner = (holder as Record<string, unknown>)[key];
    const deeper = typeof inner === 'object' && inner !== null ? placesOf(inner) : [];
    return [{ holder: holder as Record<string, unknown>, key }, ...deeper];
  });
}

function changed(input: unknown, changes: readonly Change[]): unknown {
  const root: Record<string, unknown> = { input: structuredClone(input) };
  for (const { place, how, key: name, value } of changes) {
    const places = placesOf(root);
    const { holder, key } = places[place % places.length] ?? { holder: root, key: 'input' };
    const there = holder[key];
    const set = (target: object, at: string, to: unknown) => {
      if (Array.isArray(target) && !(at in target && /\d/.test(at))) target.push(to);
      else Object.defineProperty(target, at, { value: to, ...PLAIN_PROPERTY });
    };
    if (how === 'replace') set(holder, key, value);
    else if (how === 'put into a list') set(holder, key, [there]);
    else if (how === 'take out of its list') set(holder, key, Array.isArray(there) ? there[0] : there);
    else if (how === 'add') set(typeof there === 'object' && there ? there : holder, name, value);
    else {
      if (how === 'rename') set(holder, name, there);
      if (Array.isArray(holder)) holder.splice(Number(key), 1);
      else delete holder[key];
    }
  }
  // As it comes over the wire: with keys such as `__proto__` of its own, and nothing undefined.
  return root.input === undefined ? null : JSON.parse(JSON.stringify(root.input));
}

describe('whatever a variable holds', () => {
  it('what is taken is what graphql-js would have let pass, with the same values', () => {
    let [taken, refused] = [0, 0];
    fc.assert(
      fc.property(batch, fc.array(change, { maxLength: 2 }), (valid, changes) => {
        const input = changed(valid, changes);
        const items = lift(PLAIN, { input });
        const coerced = coerce(input);
        if (!coerced) refused += 1;
        if (!items) return;
        taken += 1;
        expect(items).toEqual(
          coerced?.items.map((one) => ({ ...one, occurredAt: one.occurredAt ?? null })) ?? 'refused',
        );
      }),
      { numRuns: 5_000 },
    );
    expect(taken).toBeGreaterThan(1_500);
    expect(refused).toBeGreaterThan(1_000);
  });

  it('a batch of the right form is always taken', () => {
    fc.assert(
      fc.property(batch, (input) => {
        expect(lift(PLAIN, { input: changed(input, []) })).toHaveLength(input.items.length);
      }),
      { numRuns: 500 },
    );
  });
});

/** [what, operation, whether its items are taken past graphql-js, what it answers to one new item] */
const OPERATIONS: [string, string, boolean, unknown][] = [
  ['is plain', PLAIN, true, { ingest: { accepted: 1, duplicates: 0 } }],
  [
    'has an alias',
    'mutation ($input: IngestInput!) { sent: ingest(input: $input) { accepted } }',
    true,
    { sent: { accepted: 1 } },
  ],
  [
    'has directives in what it asks for',
    'mutation ($input: IngestInput!) { ingest(input: $input) { accepted duplicates @skip(if: true) rejected @include(if: false) } }',
    true,
    { ingest: { accepted: 1 } },
  ],
  [
    'asks through a fragment',
    'mutation ($input: IngestInput!) { ingest(input: $input) { ...counts } } fragment counts on IngestPayload { accepted }',
    true,
    { ingest: { accepted: 1 } },
  ],
  [
    'declares a default that is not used',
    'mutation ($input: IngestInput! = { items: [] }) { ingest(input: $input) { accepted } }',
    true,
    { ingest: { accepted: 1 } },
  ],
  [
    'has two fields',
    'mutation ($input: IngestInput!) { first: ingest(input: $input) { accepted } second: ingest(input: $input) { duplicates } }',
    false,
    { first: { accepted: 1 }, second: { duplicates: 1 } },
  ],
  [
    'has one field written as two',
    'mutation ($input: IngestInput!) { ingest(input: $input) { accepted } ingest(input: $input) { duplicates } }',
    false,
    { ingest: { accepted: 1, duplicates: 0 } },
  ],
  [
    'has another field beside it',
    'mutation ($input: IngestInput!) { __typename ingest(input: $input) { accepted } }',
    false,
    { __typename: 'Mutation', ingest: { accepted: 1 } },
  ],
  [
    'is in an inline fragment',
    'mutation ($input: IngestInput!) { ... on Mutation { ingest(input: $input) { accepted } } }',
    false,
    { ingest: { accepted: 1 } },
  ],
  [
    'is in a fragment',
    'mutation ($input: IngestInput!) { ...send } fragment send on Mutation { ingest(input: $input) { accepted } }',
    false,
    { ingest: { accepted: 1 } },
  ],
  [
    'is included',
    'mutation ($input: IngestInput!) { ingest(input: $input) @include(if: true) { accepted } }',
    false,
    { ingest: { accepted: 1 } },
  ],
  [
    'is not included',
    'mutation ($input: IngestInput!) { ingest(input: $input) @include(if: false) { accepted } }',
    false,
    {},
  ],
  [
    'is skipped',
    'mutation ($input: IngestInput!) { ingest(input: $input) @skip(if: true) { accepted } }',
    false,
    {},
  ],
  [
    'is not skipped',
    'mutation ($input: IngestInput!) { ingest(input: $input) @skip(if: false) { accepted } }',
    false,
    { ingest: { accepted: 1 } },
  ],
  [
    'has a nullable variable with a default',
    'mutation ($input: IngestInput = { items: [] }) { ingest(input: $input) { accepted } }',
    false,
    { ingest: { accepted: 1 } },
  ],
  [
    'has the list in the query',
    'mutation ($input: [IngestItemInput!]!) { ingest(input: { items: $input }) { accepted } }',
    true,
    { ingest: { accepted: 1 } },
  ],
];

const INPUT_OF = (query: string, items: readonly unknown[]) => ({
  input: query.includes('{ items: $input }') ? items : { items },
});

describe('the items of an operation that', () => {
  it.each(OPERATIONS)('%s', (_what, query, isTaken) => {
    const items = [item({ email: 'ada@example.com' })];
    const expected = [{ ...items[0], occurredAt: null }];
    expect(lift(query, INPUT_OF(query, items))).toEqual(isTaken ? expected : null);
  });

  it('is one of several in its document: the one that is executed', () => {
    const named = `query Other { viewer { keyName } } mutation Named ($input: IngestInput!) { ingest(input: $input) { accepted } }`;
    expect(lift(named, { input: { items: [] } })).toEqual([]);
  });

  it.each([
    ['has its input in the query', 'mutation { ingest(input: { items: [] }) { accepted } }'],
    [
      'has another input of the same name',
      'mutation ($input: CreateSourceInput!) { createSource(input: $input) { source { id } } }',
    ],
    ['asks something', 'query ($input: [ID!]!) { nodes(ids: $input) { id } }'],
  ])('%s are left alone', (_what, query) => {
    expect(lift(query, { input: { items: [] } })).toBe(null);
  });

  it.each([{}, { input: null }, { input: [] }, { input: 'items' }, { other: { items: [] } }])(
    'is plain are left alone when the variables are %j',
    (variables) => {
      expect(lift(PLAIN, variables)).toBe(null);
    },
  );
});

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
});

interface Said {
  data: unknown;
  errors: [string | undefined, string][];
}

const said = (data: unknown, errors: readonly GraphqlError[] = []): Said => ({
  data: data ?? null,
  errors: errors.map(({ extensions, message }) => [extensions.code, message]),
});

/** The two doors of the server. */
const DOORS = {
  HTTP: async (query: string, variables: Record<string, unknown>) => {
    const { data, errors } = await gql(server, query, variables);
    return said(data, errors);
  },
  WebSocket: async (query: string, variables: Record<string, unknown>) => {
    const socket = await connect(server);
    socket.subscribe(query, variables);
    const { type, payload } = await socket.next();
    await socket.close();
    return type === 'error' ? said(null, payload) : said(payload.data, payload.errors);
  },
};

describe.each(Object.entries(DOORS))('over %s', (_door, ask) => {
  it.each(OPERATIONS)('an operation that %s is answered', async (_what, query, _isTaken, data) => {
    const items = [event({ email: 'ada@example.com' }, 'visit')];
    expect(await ask(query, INPUT_OF(query, items))).toEqual({ data, errors: [] });
    const again = await ask(PLAIN, { input: { items } });
    const isApplied = Object.keys(data as object).length > 0;
    expect(again.data).toEqual({ ingest: { accepted: isApplied ? 0 : 1, duplicates: isApplied ? 1 : 0 } });
  });

  const good = item({ email: 'ada@example.com' });
  it.each<[string, Record<string, unknown>, RegExp]>([
    ['an unknown field', { ...good, color: 'red' }, /items\[1\]"; Field "color" is not defined/],
    ['a field missing', { identifiers: [] }, /items\[1\]"; Field "externalId" of required type/],
    ['a number for a text', { ...good, externalId: 7 }, /items\[1\]\.externalId"; String cannot represent/],
    [
      'an instant that is none',
      { ...good, occurredAt: 'soon' },
      /items\[1\]\.occurredAt"; DateTime cannot represent/,
    ],
    ['no list of identifiers', { ...good, identifiers: null }, /items\[1\]\.identifiers"; Expected non-null/],
  ])('an item with %s is refused in the same words, and nothing is kept', async (_fault, wrong, says) => {
    const before = await snapshotTables(server);
    const told = [];
    for (const query of [PLAIN, ...OPERATIONS.map(([, other]) => other)]) {
      if (query.includes('{ items: $input }') || query.includes('IngestInput =')) continue;
      told.push(await ask(query, { input: { items: [good, wrong] } }));
    }
    for (const answer of told) expect(answer).toEqual(told[0]);
    expect(told[0]).toEqual({ data: null, errors: [['BAD_USER_INPUT', expect.stringMatching(says)]] });
    expect(await snapshotTables(server)).toEqual(before);
  });

  it.each([
    [
      'an unknown argument',
      'mutation ($input: IngestInput!) { ingest(input: $input, fast: true) { accepted } }',
    ],
    [
      'another variable that is wrong',
      'mutation ($input: IngestInput!, $short: Boolean!) { ingest(input: $input) { accepted rejected @skip(if: $short) } }',
    ],
    ['a variable that is not declared', 'mutation { ingest(input: $input) { accepted } }'],
    [
      'a variable of another type',
      'mutation ($input: CreateSourceInput!) { ingest(input: $input) { accepted } }',
    ],
  ])('an operation with %s is refused, and nothing is kept', async (_fault, query) => {
    const before = await snapshotTables(server);
    const { data, errors } = await ask(query, { input: { items: [item({ email: 'b@example.com' })] } });
    expect([data, errors.length]).toEqual([null, 1]);
    expect(errors[0]?.[0]).toMatch(/GRAPHQL_VALIDATION_FAILED|BAD_USER_INPUT/);
    expect(await snapshotTables(server)).toEqual(before);
  });

  it('a single item in place of the list is one item, as GraphQL has it', async () => {
    const input = { items: item({ email: 'ada@example.com' }) };
    expect(lift(PLAIN, { input })).toBe(null);
    expect(await ask(PLAIN, { input })).toEqual(said({ ingest: { accepted: 1, duplicates: 0 } }));
  });

  it('1,001 items are too many', async () => {
    const items = Array<ItemInput>(1_001).fill(item({ email: 'ada@example.com' }));
    expect((await ask(PLAIN, { input: { items } })).errors).toEqual([
      ['BATCH_TOO_LARGE', expect.stringMatching(/1,000/)],
    ]);
  });
});

it('an item is the same item, with the same faults, whether it was taken past graphql-js or not', async () => {
  const person = { email: 'ada@example.com' };
  const items = [
    item(person),
    item(person, { occurredAt: null, type: null, properties: null, attributes: null }),
    event(
      person,
      'visit',
      { deep: [{ er: [null, 1e21, '\u{1f600}'] }] },
      { occurredAt: '2026-01-01T01:00:00.1239+01:00' },
    ),
    item(person, { attributes: JSON.parse('{ "__proto__": { "a": 1 }, "constructor": 2 }') }),
    { ...item(person), identifiers: [] },
    item({ ...person, shoe: '44' }),
    item(person, { properties: { a: 1 } }),
    item(person, { type: 'visit', properties: [1] }),
    item(person, { attributes: 'none' }),
    { ...item(person), externalId: '' },
  ] as ItemInput[];
  const results = 'results { status externalId eventId profileId errors { code message path } }';
  const taken = `mutation ($input: IngestInput!) { ingest(input: $input) { ${results} } }`;
  const leftAlone = `mutation ($input: IngestInput!) { __typename ingest(input: $input) { ${results} } }`;
  expect([lift(taken, { input: { items } })?.length, lift(leftAlone, { input: { items } })]).toEqual([
    10,
    null,
  ]);
  const first = expectNoErrors(await gql(server, taken, { input: { items } })).ingest.results;
  expect(first.map((result: { status: string }) => result.status)).toEqual([
    ...Array(4).fill('ACCEPTED'),
    ...Array(6).fill('REJECTED'),
  ]);
  const second = expectNoErrors(await gql(server, leftAlone, { input: { items } })).ingest.results;
  expect(second).toEqual(
    first.map((result: { status: string }) =>
      result.status === 'ACCEPTED' ? { ...result, status: 'DUPLICATE' } : result,
    ),
  );
});
