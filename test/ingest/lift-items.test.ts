import fc from 'fast-check';
import { coerceInputValue, getOperationAST, isInputType, parse, validate } from 'graphql';
import type { OperationDefinitionNode } from 'graphql';
import type { RequestContext } from '../../src/access/index.js';
import { createSchema } from '../../src/schema.js';
import { itemsOf, liftItems } from '../../src/ingest/lift-items.input.js';
import { readInstantOf } from '../../src/ingest/read-instant-of.js';
import { readItem } from '../../src/ingest/read-item.js';
import type { OnefoldError } from '../../src/platform/index.js';
import { connect, event, expectNoErrors, gql, item, snapshotTables, startServer } from '../kit/index.js';
import type { GraphqlError, ItemInput, TestServer } from '../kit/index.js';

const schema = createSchema();
const PLAIN = 'mutation ($input: IngestInput!) { ingest(input: $input) { accepted duplicates } }';

/** What the server does before it executes. @returns the items taken past graphql-js; null = left alone */
function lift(query: string, variables: Record<string, unknown>): readonly unknown[] | null {
  const context: Pick<RequestContext, 'lifted'> = { lifted: new Map() };
  const left = liftItems(operationOf(query), variables, context);
  if (left === variables) return null;
  const standIns = 'items' in (left.input as object) ? (left.input as { items: unknown }).items : left.input;
  return itemsOf([standIns].flat() as { externalId: string }[], context);
}

function operationOf(query: string): OperationDefinitionNode {
  const document = parse(query);
  expect(validate(schema, document)).toEqual([]);
  return getOperationAST(document, /mutation Named\b/.test(query) ? 'Named' : null)!;
}

/** What the server makes of an item. @returns null when it refuses its form */
function read(raw: unknown): unknown {
  const faults: OnefoldError[] = [];
  const item = readItem(raw, { faults, readInstant: readInstantOf(undefined) });
  return faults.length > 0 ? null : item;
}

/** What graphql-js makes of it. @returns null when it refuses it */
function coerce(input: unknown): { items: unknown[] } | null {
  const type = schema.getType('IngestInput');
  if (!isInputType(type)) throw new Error('there is no IngestInput');
  let isRefused = false;
  const value = coerceInputValue(input, type, () => {
    isRefused = true;
  });
  return isRefused ? null : (value as { items: unknown[] });
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
  it('what graphql-js lets pass is read, into the same values', () => {
    let [passed, refused] = [0, 0];
    fc.assert(
      fc.property(batch, fc.array(change, { maxLength: 2 }), (valid, changes) => {
        const input = changed(valid, changes);
        const items = lift(PLAIN, { input });
        const coerced = coerce(input);
        if (!coerced) refused += 1;
        if (!coerced || !items) return;
        passed += 1;
        expect(items.map(read)).toEqual(coerced.items);
      }),
      { numRuns: 5_000 },
    );
    expect(passed).toBeGreaterThan(1_500);
    expect(refused).toBeGreaterThan(1_000);
  });

  it('the items of a batch are always taken', () => {
    fc.assert(
      fc.property(fc.array(fc.anything(), { minLength: 1, maxLength: 4 }), (items) => {
        expect(lift(PLAIN, { input: { items } })).toEqual(items);
      }),
      { numRuns: 500 },
    );
  });
});

/** [what, operation, what it answers to one new item] */
const OPERATIONS: [string, string, unknown][] = [
  ['is plain', PLAIN, { ingest: { accepted: 1, duplicates: 0 } }],
  [
    'has an alias',
    'mutation ($input: IngestInput!) { sent: ingest(input: $input) { accepted } }',
    { sent: { accepted: 1 } },
  ],
  [
    'has directives in what it asks for',
    'mutation ($input: IngestInput!) { ingest(input: $input) { accepted duplicates @skip(if: true) rejected @include(if: false) } }',
    { ingest: { accepted: 1 } },
  ],
  [
    'asks through a fragment',
    'mutation ($input: IngestInput!) { ingest(input: $input) { ...counts } } fragment counts on IngestPayload { accepted }',
    { ingest: { accepted: 1 } },
  ],
  [
    'declares a default that is not used',
    'mutation ($input: IngestInput! = { items: [] }) { ingest(input: $input) { accepted } }',
    { ingest: { accepted: 1 } },
  ],
  [
    'has two fields',
    'mutation ($input: IngestInput!) { first: ingest(input: $input) { accepted } second: ingest(input: $input) { duplicates } }',
    { first: { accepted: 1 }, second: { duplicates: 1 } },
  ],
  [
    'has one field written as two',
    'mutation ($input: IngestInput!) { ingest(input: $input) { accepted } ingest(input: $input) { duplicates } }',
    { ingest: { accepted: 1, duplicates: 0 } },
  ],
  [
    'has another field beside it',
    'mutation ($input: IngestInput!) { __typename ingest(input: $input) { accepted } }',
    { __typename: 'Mutation', ingest: { accepted: 1 } },
  ],
  [
    'is in an inline fragment',
    'mutation ($input: IngestInput!) { ... on Mutation { ingest(input: $input) { accepted } } }',
    { ingest: { accepted: 1 } },
  ],
  [
    'is in a fragment',
    'mutation ($input: IngestInput!) { ...send } fragment send on Mutation { ingest(input: $input) { accepted } }',
    { ingest: { accepted: 1 } },
  ],
  [
    'is included',
    'mutation ($input: IngestInput!) { ingest(input: $input) @include(if: true) { accepted } }',
    { ingest: { accepted: 1 } },
  ],
  [
    'is not included',
    'mutation ($input: IngestInput!) { ingest(input: $input) @include(if: false) { accepted } }',
    {},
  ],
  [
    'is skipped',
    'mutation ($input: IngestInput!) { ingest(input: $input) @skip(if: true) { accepted } }',
    {},
  ],
  [
    'is not skipped',
    'mutation ($input: IngestInput!) { ingest(input: $input) @skip(if: false) { accepted } }',
    { ingest: { accepted: 1 } },
  ],
  [
    'has a nullable variable with a default',
    'mutation ($input: IngestInput = { items: [] }) { ingest(input: $input) { accepted } }',
    { ingest: { accepted: 1 } },
  ],
  [
    'has the list in the query',
    'mutation ($input: [IngestItemInput!]!) { ingest(input: { items: $input }) { accepted } }',
    { ingest: { accepted: 1 } },
  ],
  [
    'has a list that may be null',
    'mutation ($input: [IngestItemInput!]! = []) { ingest(input: { items: $input }) { accepted } }',
    { ingest: { accepted: 1 } },
  ],
  [
    'has a variable for one item, beside one that is written out',
    `mutation ($input: IngestItemInput!) { ingest(input: { items: [$input, { externalId: "", identifiers: [] }] }) { accepted rejected } }`,
    { ingest: { accepted: 1, rejected: 1 } },
  ],
];

const INPUT_OF = (query: string, items: readonly unknown[]) => ({
  input: query.includes('{ items: $input }') ? items : query.includes('[$input') ? items[0] : { items },
});

describe('the items of an operation that', () => {
  it.each(OPERATIONS)('%s are taken', (_what, query) => {
    const items = [item({ email: 'ada@example.com' })];
    expect(lift(query, INPUT_OF(query, items))).toEqual(items);
  });

  it('is one of several in its document: the one that is executed', () => {
    const named = `query Other { viewer { keyName } } mutation Named ($input: IngestInput!) { ingest(input: $input) { accepted } }`;
    expect(lift(named, { input: { items: [null] } })).toEqual([null]);
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

  it.each([
    {},
    { input: null },
    { input: [] },
    { input: 'items' },
    { input: { items: [] } },
    { other: { items: [7] } },
  ])('is plain are left alone when the variables are %j', (variables) => {
    expect(lift(PLAIN, variables)).toBe(null);
  });
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
  it.each(OPERATIONS)('an operation that %s is answered', async (_what, query, data) => {
    const items = [event({ email: 'ada@example.com' }, 'visit')];
    expect(await ask(query, INPUT_OF(query, items))).toEqual({ data, errors: [] });
    const again = await ask(PLAIN, { input: { items } });
    const isApplied = Object.keys(data as object).length > 0;
    expect(again.data).toEqual({ ingest: { accepted: isApplied ? 0 : 1, duplicates: isApplied ? 1 : 0 } });
  });

  it.each(OPERATIONS)(
    'one wrong item in an operation that %s is answered by itself',
    async (_what, query) => {
      const wrong = { ...item({ email: 'ada@example.com' }), occurredAt: '30 February' };
      const good = item({ email: 'ada@example.com' });
      const { errors } = await ask(
        query,
        INPUT_OF(query, query.includes('[$input') ? [wrong] : [good, wrong]),
      );
      expect(errors).toEqual([]);
    },
  );

  it.each<[string, unknown]>([
    ['null', null],
    ['a text', 'items'],
    ['a number', 7],
    ['a list of them', [{ items: [] }]],
    ['an object without items', {}],
    ['an object whose items are null', { items: null }],
    ['an object whose items are a text', { items: 'items' }],
    ['an object with another field', { items: [item({ email: 'ada@example.com' })], dryRun: true }],
  ])('a batch that is %s fails the request, and nothing is kept', async (_what, input) => {
    const before = await snapshotTables(server);
    const { data, errors } = await ask(PLAIN, { input });
    expect([data, errors.map(([code]) => code)]).toEqual([null, ['BAD_USER_INPUT']]);
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
    expect(await ask(PLAIN, { input })).toEqual(said({ ingest: { accepted: 1, duplicates: 0 } }));
  });

  it('1,001 items are too many', async () => {
    const items = Array<ItemInput>(1_001).fill(item({ email: 'ada@example.com' }));
    expect((await ask(PLAIN, { input: { items } })).errors).toEqual([
      ['BATCH_TOO_LARGE', expect.stringMatching(/1,000/)],
    ]);
  });
});

it('an item is the same item, with the same faults, whether it is a variable or written out', async () => {
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
    item(person, {
      channels: [
        { type: 'EMAIL', endpoint: 'ada@example.com', verified: { by: 'code', at: '2026-01-01T00:00:00Z' } },
      ],
    }),
    { ...item(person), identifiers: [] },
    item({ ...person, shoe: '44' }),
    item(person, { properties: { a: 1 } }),
    item(person, { type: 'visit', properties: [1] }),
    item(person, { attributes: 'none' }),
    { ...item(person), externalId: '' },
  ] as ItemInput[];
  const results =
    'results { status externalId eventId profileId errors { code message path } warnings { code path } }';
  const taken = `mutation ($input: IngestInput!) { ingest(input: $input) { ${results} } }`;
  const writtenOut = `mutation { ingest(input: { items: [${items.map((one) => literal(one)).join()}] }) { ${results} } }`;
  const first = expectNoErrors(await gql(server, taken, { input: { items } })).ingest.results;
  expect(first.map((result: { status: string }) => result.status)).toEqual([
    ...Array(4).fill('ACCEPTED'),
    ...['REJECTED', 'ACCEPTED'],
    ...Array(4).fill('REJECTED'),
  ]);
  const second = expectNoErrors(await gql(server, writtenOut)).ingest.results;
  expect(second).toEqual(
    first.map((result: { status: string }) =>
      result.status === 'ACCEPTED' ? { ...result, status: 'DUPLICATE' } : result,
    ),
  );
});

/** A value as a GraphQL document holds it. */
function literal(value: unknown, key = ''): string {
  if (['type', 'state'].includes(key) && value === 'EMAIL') return value;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((one) => literal(one)).join()}]`;
  return `{${Object.entries(value)
    .map(([name, one]) => `${name}:${literal(one, name)}`)
    .join()}}`;
}
