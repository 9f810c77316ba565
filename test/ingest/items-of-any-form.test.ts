import fc from 'fast-check';
import {
  connect,
  event,
  expectNoErrors,
  gql,
  ingest,
  item,
  newTenant,
  post,
  snapshotTables,
  startServer,
} from '../kit/index.js';
import type { ItemInput, TestServer } from '../kit/index.js';

const RESULTS = `accepted rejected withWarnings
  results { status externalId profileId errors { code message path } warnings { code path } }`;
const INGEST = `mutation ($input: IngestInput!) { ingest(input: $input) { ${RESULTS} } }`;

let server: TestServer;
let tenant: TestServer;

beforeAll(async () => {
  server = await startServer();
});

beforeEach(async () => {
  tenant = { ...server, ...(await newTenant(server)) };
});

const good = () => event({ external: 'ada' }, 'visit');
const at = (...path: string[]) => ['input', 'items', '1', ...path];
const channel = (rest: object) => ({ channels: [{ type: 'EMAIL', endpoint: 'ada@example.com', ...rest }] });

async function quarantined(): Promise<{ externalId: string | null; item: unknown; errors: object[] }[]> {
  const query = '{ quarantine { nodes { externalId item errors { code path } } } }';
  return expectNoErrors(await gql(tenant, query)).quarantine.nodes;
}

const set = async (settings: object) => {
  const query = `mutation ($input: UpdateSourceInput!) { updateSource(input: $input) { userErrors { code } } }`;
  const { updateSource } = expectNoErrors(
    await gql(tenant, query, { input: { key: 'default', ...settings } }),
  );
  expect(updateSource.userErrors).toEqual([]);
};

describe('an item between two good ones is rejected by itself, and kept as it came, when it', () => {
  const now = 1_767_225_600_000;
  it.each<[string, (one: ItemInput) => unknown, string, string[]]>([
    ...[
      ['a time without a zone', '2023-11-30 10:00:00'],
      ['an empty text', ''],
      ['a number', now],
      ['digits', String(now)],
      ['30 February', '2023-02-30T10:00:00Z'],
      ['month 13', '2023-13-01T10:00:00Z'],
      ['hour 25', '2023-11-30T25:00:00Z'],
      ['the year 52455', '+052455-01-01T00:00:00Z'],
      ['a word', 'yesterday'],
      ['an object', { $date: '2023-11-30T10:00:00Z' }],
      ['a list', ['2023-11-30T10:00:00Z']],
      ['a boolean', true],
    ].map(([what, occurredAt]): [string, (one: ItemInput) => unknown, string, string[]] => [
      `happened at ${what as string}`,
      (one) => ({ ...one, occurredAt }),
      'INVALID_VALUE',
      ['occurredAt'],
    ]),
    ['has no externalId', ({ externalId: _, ...one }) => one, 'REQUIRED', ['externalId']],
    ['has null as its externalId', (one) => ({ ...one, externalId: null }), 'REQUIRED', ['externalId']],
    [
      'has a fraction as its externalId',
      (one) => ({ ...one, externalId: 1.5 }),
      'INVALID_VALUE',
      ['externalId'],
    ],
    ['has true as its externalId', (one) => ({ ...one, externalId: true }), 'INVALID_VALUE', ['externalId']],
    [
      'has an object as its externalId',
      (one) => ({ ...one, externalId: {} }),
      'INVALID_VALUE',
      ['externalId'],
    ],
    ['has a number as its type', (one) => ({ ...one, type: 7 }), 'INVALID_VALUE', ['type']],
    ['has a list as its type', (one) => ({ ...one, type: ['visit'] }), 'INVALID_VALUE', ['type']],
    ['has an unknown field', (one) => ({ ...one, atributes: {} }), 'FIELD_UNKNOWN', ['atributes']],
    ['has `__proto__` as a field', (one) => ({ ...one, ...JSON.parse('{"a": 1}') }), 'FIELD_UNKNOWN', ['a']],
    ['has no identifiers', ({ identifiers: _, ...one }) => one, 'REQUIRED', ['identifiers']],
    ['has null as its identifiers', (one) => ({ ...one, identifiers: null }), 'REQUIRED', ['identifiers']],
    [
      'has a text as its identifiers',
      (one) => ({ ...one, identifiers: 'ada' }),
      'INVALID_VALUE',
      ['identifiers', '0'],
    ],
    [
      'has identifiers within a list',
      (one) => ({ ...one, identifiers: [one.identifiers] }),
      'INVALID_VALUE',
      ['identifiers', '0'],
    ],
    [
      'has null as its only identifier',
      (one) => ({ ...one, identifiers: [null] }),
      'INVALID_VALUE',
      ['identifiers', '0'],
    ],
    [
      'has true as its only value',
      (one) => ({ ...one, identifiers: [{ namespace: 'external', value: true }] }),
      'INVALID_VALUE',
      ['identifiers', '0', 'value'],
    ],
    [
      'has a number as its only namespace',
      (one) => ({ ...one, identifiers: [{ namespace: 7, value: 'x' }] }),
      'INVALID_VALUE',
      ['identifiers', '0', 'namespace'],
    ],
    [
      'has an unknown field in an identifier',
      (one) => ({ ...one, identifiers: [{ namespace: 'external', value: 'x', vaule: 'y' }] }),
      'FIELD_UNKNOWN',
      ['identifiers', '0', 'vaule'],
    ],
    [
      'has an unknown type of channel',
      (one) => ({ ...one, ...channel({ type: 'EMIAL' }) }),
      'INVALID_VALUE',
      ['channels', '0', 'type'],
    ],
    [
      'has a channel without a type',
      (one) => ({ ...one, ...channel({ type: null }) }),
      'REQUIRED',
      ['channels', '0', 'type'],
    ],
    [
      'has an unknown state of consent',
      (one) => ({ ...one, ...channel({ consents: [{ state: 'REVOKD' }] }) }),
      'INVALID_VALUE',
      ['channels', '0', 'consents', '0', 'state'],
    ],
    [
      'has an unknown legal basis',
      (one) => ({ ...one, ...channel({ consents: [{ state: 'GRANTED', legalBasis: 'HABIT' }] }) }),
      'INVALID_VALUE',
      ['channels', '0', 'consents', '0', 'legalBasis'],
    ],
    [
      'has a text as a flag',
      (one) => ({ ...one, ...channel({ isActive: 'yes' }) }),
      'INVALID_VALUE',
      ['channels', '0', 'isActive'],
    ],
    ['has null as a channel', (one) => ({ ...one, channels: [null] }), 'INVALID_VALUE', ['channels', '0']],
    [
      'has a text as its channels',
      (one) => ({ ...one, channels: 'EMAIL' }),
      'INVALID_VALUE',
      ['channels', '0'],
    ],
    ['has a text as its tags', (one) => ({ ...one, tags: 'vip' }), 'INVALID_VALUE', ['tags']],
    ['has a number as its properties', (one) => ({ ...one, properties: 7 }), 'INVALID_VALUE', ['properties']],
    ['is null', () => null, 'INVALID_VALUE', []],
    ['is a text', () => 'visit', 'INVALID_VALUE', []],
    ['is a number', () => 7, 'INVALID_VALUE', []],
    ['is true', () => true, 'INVALID_VALUE', []],
    ['is a list', (one) => [one], 'INVALID_VALUE', []],
    ['is a list of lists', () => [[[]]], 'INVALID_VALUE', []],
  ])('%s', async (_what, breaking, code, path) => {
    const sent = breaking(event({ external: 'bob' }, 'visit'));
    const input = { items: [good(), sent, good()] };
    const { ingest: payload } = expectNoErrors(await gql(tenant, INGEST, { input }));
    expect(payload.results.map(({ status }: { status: string }) => status)).toEqual([
      'ACCEPTED',
      'REJECTED',
      'ACCEPTED',
    ]);
    const [, { errors, profileId, externalId }] = payload.results;
    expect([errors, profileId]).toEqual([
      [{ code, path: at(...path), message: expect.stringMatching(/^[A-Z`].{15,}[.?]$/s) }],
      null,
    ]);
    expect(await quarantined()).toEqual([{ externalId, item: sent, errors: [{ code, path }] }]);
  });
});

it.each([
  ['externalID', 'externalId'],
  ['occuredAt', 'occurredAt'],
  ['propertes', 'properties'],
  ['Attributes', 'attributes'],
  ['channel', 'channels'],
])('an unknown field %s is named, with what was probably meant', async (field, meant) => {
  const { [meant as 'type']: value = {}, ...rest } = good();
  const [result] = await ingest(tenant, [{ ...rest, [field]: value }]);
  expect(
    result?.errors.map(({ code, path, message }) => [code, path[3], message.includes(`"${meant}"`)]),
  ).toContainEqual(['FIELD_UNKNOWN', field, true]);
});

it('all faults of an item are named at once', async () => {
  const sent = {
    ...{ externalId: null, occurredAt: 'soon', type: 7, colour: 'red' },
    identifiers: [{ namespace: 'email', value: 'nobody' }, 'ada'],
    ...channel({ type: 'PIGEON', consents: [{ state: 'MAYBE' }] }),
  };
  const [result] = await ingest(tenant, [sent as never]);
  expect(result?.errors.map(({ code, path }) => `${code} ${path.slice(3).join('.')}`).sort()).toEqual([
    'FIELD_UNKNOWN colour',
    'IDENTIFIER_INVALID identifiers.0.value',
    'INVALID_VALUE channels.0.consents.0.state',
    'INVALID_VALUE channels.0.type',
    'INVALID_VALUE identifiers.1',
    'INVALID_VALUE occurredAt',
    'INVALID_VALUE type',
    'REQUIRED externalId',
  ]);
});

describe('whole numbers', () => {
  it('stand for the text of their digits, as externalId, identifier and endpoint', async () => {
    const sent = {
      externalId: 4711,
      identifiers: [{ namespace: 'external', value: 9_007_199_254_740_991 }],
      channels: [{ type: 'TELEGRAM', endpoint: 123_456_789 }],
    };
    const [first] = await ingest(tenant, [sent as never]);
    expect(first).toMatchObject({ status: 'ACCEPTED', externalId: '4711', warnings: [] });
    const text = {
      externalId: '4711',
      identifiers: [{ namespace: 'external', value: '9007199254740991' }],
      channels: [{ type: 'TELEGRAM', endpoint: '123456789' }],
    };
    expect(await ingest(tenant, [text])).toMatchObject([
      { status: 'DUPLICATE', profileId: first?.profileId },
    ]);
  });
});

describe('instants', () => {
  const told = async (occurredAt: unknown) => {
    const [result] = await ingest(tenant, [{ ...good(), occurredAt } as never]);
    expect(result).toMatchObject({ status: 'ACCEPTED', errors: [], warnings: [] });
    const query = `query ($id: ID!) { node(id: $id) { ... on Event { occurredAt } } }`;
    return expectNoErrors(await gql(tenant, query, { id: result?.eventId })).node.occurredAt;
  };

  it.each([
    ['2023-11-30T10:00:00+0100', '2023-11-30T09:00:00.000Z'],
    ['2023-11-30 10:00:00Z', '2023-11-30T10:00:00.000Z'],
    ['2023-11-30T10:00z', '2023-11-30T10:00:00.000Z'],
    ['2023-11-30T10:00:00.123456+00', '2023-11-30T10:00:00.123Z'],
  ])('%s is read as people write it', async (written, read) => {
    expect(await told(written)).toBe(read);
  });

  it('without a zone are told in the time zone of the source', async () => {
    await set({ timeZone: 'Europe/Brussels' });
    expect(await told('2023-11-30 10:00:00')).toBe('2023-11-30T09:00:00.000Z');
    expect(await told('2023-07-30T10:00')).toBe('2023-07-30T08:00:00.000Z');
  });

  it('as numbers count what the source says', async () => {
    await set({ epoch: 'SECONDS' });
    expect(await told(1_701_338_400)).toBe('2023-11-30T10:00:00.000Z');
    await set({ epoch: 'MILLISECONDS' });
    expect(await told(1_701_338_400_123)).toBe('2023-11-30T10:00:00.123Z');
  });

  it('in two spellings are one instant, so the item is the same', async () => {
    const sent = good();
    await ingest(tenant, [{ ...sent, occurredAt: '2023-11-30T10:00:00+01:00' }]);
    expect(await ingest(tenant, [{ ...sent, occurredAt: '2023-11-30 09:00Z' }])).toMatchObject([
      { status: 'DUPLICATE' },
    ]);
  });
});

describe('nesting without end', () => {
  /** As JSON: JavaScript’s own writer would not get so deep. */
  const batchWith = (depth: number, open: string, close: string) => {
    const deep = `${open.repeat(depth)}1${close.repeat(depth)}`;
    const [first, second, third] = [good(), event({ external: 'bob' }, 'visit'), good()].map((one) =>
      JSON.stringify(one),
    );
    const wrong = `${second!.slice(0, -1).replace('"properties":{}', `"properties":${deep}`)}}`;
    return `{"items":[${first},${wrong},${third}]}`;
  };
  const expectOneRejected = ({
    results,
  }: {
    results: { status: string; errors: { code: string; path: string[] }[] }[];
  }) => {
    expect(results.map(({ status }) => status)).toEqual(['ACCEPTED', 'REJECTED', 'ACCEPTED']);
    expect(results[1]?.errors).toMatchObject([{ code: 'INVALID_VALUE', path: at() }]);
  };

  const DEPTHS: [number, string, string][] = [
    [130, '[', ']'],
    [3_200, '[', ']'],
    [9_000, '{"a":', '}'],
    [100_000, '[', ']'],
    [40_000, '{"a":', '}'],
  ];

  it.each(DEPTHS)(
    'of %i levels of %s costs only the item that has it, over HTTP',
    async (depth, open, close) => {
      const answer = await post(
        tenant,
        `{"query":${JSON.stringify(INGEST)},"variables":{"input":${batchWith(depth, open, close)}}}`,
      );
      expectOneRejected(expectNoErrors(answer).ingest);
      expect((await quarantined()).map(({ item: one }) => one)).toEqual([null]);
    },
  );

  it.each(DEPTHS)(
    'of %i levels of %s costs only the item that has it, over a socket',
    async (depth, open, close) => {
      const socket = await connect(tenant);
      const payload = `{"query":${JSON.stringify(INGEST)},"variables":{"input":${batchWith(depth, open, close)}}}`;
      socket.send(`{"id":"1","type":"subscribe","payload":${payload}}`);
      const { type, payload: told } = await socket.next();
      expect(type).toBe('next');
      expectOneRejected(told.data.ingest);
      await socket.close();
    },
  );

  it('of the items themselves is theirs, too', async () => {
    const deep = '['.repeat(15_000) + ']'.repeat(15_000);
    const body = `{"query":${JSON.stringify(INGEST)},"variables":{"input":{"items":[${deep},${JSON.stringify(good())}]}}}`;
    const { ingest: payload } = expectNoErrors(await post(tenant, body));
    expect(payload.results.map(({ status }: { status: string }) => status)).toEqual(['REJECTED', 'ACCEPTED']);
  });
});

it.each([
  ['its externalId', { externalId: 'a\0' }],
  ['its type', { type: 'a\0' }],
  ['a property', { properties: { a: { b: '\0' } } }],
  ['the name of a property', { properties: { 'a\0': 1 } }],
  ['its only identifier', { identifiers: [{ namespace: 'external', value: 'a\0' }] }],
  ['its only namespace', { identifiers: [{ namespace: 'external\0', value: 'a' }] }],
])('U+0000 in %s is refused for that item alone', async (_where, rest) => {
  const before = await snapshotTables(tenant, { except: ['quarantine'] });
  expect(await ingest(tenant, [{ ...good(), ...rest }])).toMatchObject([{ status: 'REJECTED' }]);
  expect(await snapshotTables(tenant, { except: ['quarantine'] })).toEqual(before);
  const results = await ingest(tenant, [good(), { ...good(), ...rest }, item({ external: 'ada' })]);
  expect(results.map(({ status }) => status)).toEqual(['ACCEPTED', 'REJECTED', 'ACCEPTED']);
});

/** Whatever JSON there is, also in the places of an item. */
const whatever = fc.oneof(
  fc.constantFrom<unknown>(null, true, 0, -1, 1.5, 1e300, '', ' ', '\0', '\ud800', 'n/a', [], {}, [null], {
    a: 1,
  }),
  fc.jsonValue({ maxDepth: 4 }),
);
const FIELDS = [
  ...['externalId', 'occurredAt', 'identifiers', 'type', 'properties', 'attributes', 'defaultCountry'],
  ...[
    'channels',
    'tags',
    'namespace',
    'value',
    'verified',
    'by',
    'at',
    'endpoint',
    'consents',
    'state',
    'add',
  ],
  ...['__proto__', 'constructor', 'toString', 'length', '0', ''],
];
const corruption = fc.record({
  place: fc.nat(),
  how: fc.constantFrom('replace', 'remove', 'add'),
  key: fc.constantFrom(...FIELDS),
  value: whatever,
});

function placesIn(holder: object): [object, string][] {
  return Object.entries(holder).flatMap(([key, inner]): [object, string][] => [
    [holder, key],
    ...(typeof inner === 'object' && inner !== null ? placesIn(inner as object) : []),
  ]);
}

/** As it would come over the wire. */
function corrupted(
  one: ItemInput,
  corruptions: readonly (typeof corruption extends fc.Arbitrary<infer T> ? T : never)[],
) {
  const root = structuredClone({ item: one });
  for (const { place, how, key, value } of corruptions) {
    const places = placesIn(root);
    const [holder, at] = places[place % places.length]!;
    const set = (name: string) =>
      Object.defineProperty(holder, name, { value, writable: true, enumerable: true, configurable: true });
    if (how === 'replace') set(at);
    else if (how === 'add' && holder !== root && !Array.isArray(holder)) set(key);
    else if (Array.isArray(holder)) holder.splice(Number(at), 1);
    else if (holder !== root) delete (holder as Record<string, unknown>)[at];
  }
  return JSON.parse(JSON.stringify(root.item)) as unknown;
}

const whole = (index: number): ItemInput => ({
  ...event({ external: `p-${index}`, email: `p-${index}@example.com` }, 'purchase', {
    total: 1,
    items: [{ sku: 'a' }],
  }),
  occurredAt: '2026-01-01T00:00:00Z',
  attributes: { city: 'Ghent', sizes: [1, 2] },
  channels: [
    {
      ...{
        type: 'EMAIL',
        endpoint: `p-${index}@example.com`,
        verified: { by: 'code', at: '2026-01-01T00:00:00Z' },
      },
      consents: [{ state: 'GRANTED', at: '2026-01-01T00:00:00Z', evidence: { form: 7 } }],
    },
  ],
  tags: { add: [], addTerms: [] },
});

it('2,000 randomly corrupted items cost none of their neighbours, and fail no request', async () => {
  let [accepted, rejected] = [0, 0];
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(corruption, { minLength: 1, maxLength: 5 }), { minLength: 100, maxLength: 100 }),
      async (all) => {
        const items = all.flatMap((corruptions, index) => [
          whole(index),
          corrupted(whole(index), corruptions),
        ]);
        const results = await ingest(tenant, items as ItemInput[]);
        expect(results).toHaveLength(200);
        results.forEach(({ status, errors }, index) => {
          if (index % 2 === 0) expect(status).toBe('ACCEPTED');
          else if (status === 'ACCEPTED') accepted += 1;
          else if (status === 'REJECTED') rejected += 1;
          expect(errors.map(({ code }) => code)).not.toContain('INTERNAL_SERVER_ERROR');
          expect(errors.length > 0).toBe(status === 'REJECTED' || status === 'CONFLICT');
        });
      },
    ),
    { numRuns: 20, endOnFailure: true },
  );
  expect(server.complaints).toEqual([]);
  expect(accepted).toBeGreaterThan(100);
  expect(rejected).toBeGreaterThan(500);
}, 300_000);
