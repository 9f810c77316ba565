import {
  connect,
  defineEventType,
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

describe('faults without end', () => {
  const many = <T>(count: number, make: (index: number) => T): T[] =>
    Array.from({ length: count }, (_, index) => make(index));
  const wide = (count: number) => Object.fromEntries(many(count, (n) => [`abcd${n}`, 0]));
  const rejected = async (wrong: object) => {
    const [first, second, third] = await ingest(tenant, [good(), { ...good(), ...wrong }, good()]);
    expect([first?.status, second?.status, third?.status]).toEqual(['ACCEPTED', 'REJECTED', 'ACCEPTED']);
    return second?.errors.map(({ code, path }) => `${code} ${path.slice(3).join('.')}`) ?? [];
  };

  it.each<[string, object, string]>([
    ['45,000 channels', { channels: many(45_000, () => 0) }, 'TOO_MANY channels'],
    ['21 channels', { channels: many(21, () => ({ type: 'PIGEON' })) }, 'TOO_MANY channels'],
    ['45,000 identifiers', { identifiers: many(45_000, () => 0) }, 'TOO_MANY identifiers'],
    [
      '21 identifiers',
      { identifiers: many(21, () => ({ namespace: 'external', vaule: 'x' })) },
      'TOO_MANY identifiers',
    ],
    [
      '45,000 consents in a channel',
      channel({ consents: many(45_000, () => 0) }),
      'TOO_MANY channels.0.consents',
    ],
    ['21 consents in a channel', channel({ consents: many(21, () => ({})) }), 'TOO_MANY channels.0.consents'],
  ])('%s are refused by their number alone', async (_what, wrong, error) => {
    expect(await rejected(wrong)).toEqual([error]);
  });

  it.each<[string, object, string]>([
    ['in the item', wide(7_000), 'FIELD_UNKNOWN abcd'],
    ['in an identifier', { identifiers: [wide(7_000)] }, 'FIELD_UNKNOWN identifiers.0.abcd'],
    ['in a channel', channel(wide(7_000)), 'FIELD_UNKNOWN channels.0.abcd'],
    [
      'in what verifies a channel',
      channel({ verified: { by: 'code', ...wide(7_000) } }),
      'FIELD_UNKNOWN channels.0.verified.abcd',
    ],
    ['in the tags', { tags: wide(7_000) }, 'FIELD_UNKNOWN tags.abcd'],
  ])('7,000 unknown fields %s: the first 50 are named', async (_where, wrong, name) => {
    const errors = await rejected(wrong);
    expect(errors.slice(0, 50)).toEqual(many(50, (n) => `${name}${n}`));
    expect(errors[50]).toBe('TOO_MANY ');
    expect(errors).toHaveLength(51);
  });

  it('the first 50 are named of the consents of all channels together', async () => {
    const consents = many(20, () => ({ state: 'MAYBE' }));
    const errors = await rejected({
      channels: many(20, () => ({ type: 'EMAIL', endpoint: 'ada@example.com', consents })),
    });
    expect(errors.slice(48)).toEqual([
      'INVALID_VALUE channels.2.consents.8.state',
      'INVALID_VALUE channels.2.consents.9.state',
      'TOO_MANY ',
    ]);
  });

  it('the first 50 properties are named that a contract does not know', async () => {
    await set({ unknownEvents: 'REJECT' });
    await defineEventType(tenant, { key: 'visit', properties: [] });
    expect(await rejected({ properties: wide(7_000) })).toEqual([
      ...many(50, (n) => `PROPERTY_UNKNOWN properties.abcd${n}`),
      'TOO_MANY properties',
    ]);
  });

  it('the first 50 names are warned of that give way to a later one', async () => {
    const properties = { list: many(3_000, (n) => ({ [`k${n}`]: 1, [`k${n} `]: 2 })) };
    const [result] = await ingest(tenant, [{ ...good(), properties }]);
    expect(result).toMatchObject({ status: 'ACCEPTED' });
    expect(result?.warnings.map(({ code, path }) => `${code} ${path.slice(3).join('.')}`)).toEqual([
      ...many(50, (n) => `INVALID_VALUE properties.list.${n}.k${n}`),
      'TOO_MANY properties',
    ]);
  });

  it.each([
    ['50 faults', 50, 50],
    ['51 faults', 51, 51],
    ['52 faults', 52, 51],
  ])('%s', async (_what, count, named) => {
    expect((await rejected(wide(count))).length).toBe(named);
  });
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

describe('an item that only the settings of its source make readable', () => {
  it.each<[object, object, object]>([
    [{ occurredAt: '2026-01-05 10:00:00' }, { timeZone: 'Europe/Berlin' }, { timeZone: 'Europe/London' }],
    [{ occurredAt: '2026-01-05 10:00:00' }, { timeZone: 'Europe/Berlin' }, { timeZone: null }],
    [{ occurredAt: 1_701_338_400 }, { epoch: 'SECONDS' }, { epoch: 'MILLISECONDS' }],
    [{ occurredAt: '1701338400.5' }, { epoch: 'SECONDS' }, { epoch: null }],
    [
      {
        channels: [
          {
            type: 'EMAIL',
            endpoint: 'a@example.com',
            consents: [{ state: 'GRANTED', at: '2026-01-05 10:00' }],
          },
        ],
      },
      { timeZone: 'Europe/Berlin' },
      { timeZone: 'Asia/Tokyo' },
    ],
    [
      {
        identifiers: [
          { namespace: 'external', value: 'v', verified: { by: 'CODE', at: '2026-01-05 10:00' } },
        ],
      },
      { timeZone: 'Europe/Berlin' },
      { timeZone: null },
    ],
  ])(
    'is the same after %j when they change from %j to %j, and another one with another text',
    async (part, before, after) => {
      const sent = { ...good(), ...part } as never;
      await set(before);
      expect(await ingest(tenant, [sent])).toMatchObject([{ status: 'ACCEPTED', warnings: [] }]);
      await set(after);
      expect(await ingest(tenant, [sent])).toMatchObject([{ status: 'DUPLICATE' }]);
      const other = JSON.parse(
        JSON.stringify(sent).replace('10:00', '11:00').replace('1701338400', '1701338401'),
      );
      expect(await ingest(tenant, [other])).toMatchObject([{ status: 'CONFLICT' }]);
    },
  );
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
