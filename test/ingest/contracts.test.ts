import {
  asAdmin,
  defineEventType,
  event,
  expectNoErrors,
  gql,
  ingest,
  newKey,
  newTenant,
  seed,
  startServer,
} from '../kit/index.js';
import type { IngestResult, TestServer } from '../kit/index.js';

let server: TestServer;
let strictKey: string;
let made = 0;

beforeAll(async () => {
  server = await startServer();
  const query =
    'mutation { createSource(input: { key: "strict", name: "Strict", unknownEvents: REJECT }) { userErrors { code } } }';
  expect(expectNoErrors(await gql(server, query)).createSource.userErrors).toEqual([]);
  strictKey = await newKey(server, ['INGEST'], { source: 'strict' });
  await defineEventType(server, {
    key: 'order',
    properties: [
      { key: 'number', type: 'TEXT', isRequired: true },
      { key: 'total', type: 'NUMBER' },
      { key: 'paid', type: 'BOOLEAN' },
      { key: 'due', type: 'DATE' },
      { key: 'placed', type: 'DATETIME' },
      { key: 'labels', type: 'TEXT_LIST', allowedValues: ['gift', 'express'] },
      { key: 'weights', type: 'NUMBER_LIST' },
      { key: 'size', type: 'TEXT', allowedValues: ['S', 'M', 'L'] },
      { key: 'level', type: 'NUMBER', allowedValues: [1, 2.5] },
      { key: 'anything', type: 'JSON' },
    ],
  });
});

const send = async (type: string, properties: Record<string, unknown>, key = server.key) => {
  const [result] = await ingest(server, [event({ external: `c-${(made += 1)}` }, type, properties)], { key });
  return result;
};
const faultsOf = (result: IngestResult | undefined) =>
  result?.errors.map(({ code, path }) => `${code} ${path.slice(3).join('.')}`);

describe('an event with a contract', () => {
  it.each([
    ['what is required alone', {}],
    ['a value of each type', { total: -1.5, paid: false, due: '2028-02-29', labels: ['gift', 'express'] }],
    ['an instant with its offset', { placed: '2026-01-31T12:00:00.5+01:00' }],
    ['a date for an instant', { placed: '2026-01-31' }],
    ['empty lists', { labels: [], weights: [] }],
    ['allowed values', { size: 'M', level: 2.5 }],
    ['null for anything that is optional', { total: null, size: null, labels: null }],
    ['any JSON where that is the type', { anything: [{ a: [null, 1] }] }],
  ])('is accepted with %s', async (_what, properties) => {
    expect(await send('order', { number: 'n', ...properties })).toMatchObject({
      status: 'ACCEPTED',
      errors: [],
    });
  });

  it.each([
    ['number', 7],
    ['total', '7'],
    ['total', [7]],
    ['paid', 'true'],
    ['due', '2026-02-30'],
    ['due', '2026-01-31T12:00:00Z'],
    ['placed', '2026-01-31T12:00:00'],
    ['placed', '2026-01-31T25:00:00Z'],
    ['labels', 'gift'],
    ['labels', ['gift', 'blue']],
    ['labels', ['gift', null]],
    ['weights', [1, '2']],
    ['size', 's'],
    ['level', 2],
  ])('is rejected when its property %s is %j', async (key, value) => {
    const result = await send('order', { number: 'n', [key]: value });
    expect([result?.status, faultsOf(result)]).toEqual(['REJECTED', [`PROPERTY_INVALID properties.${key}`]]);
    expect(result?.errors[0]?.message).toMatch(/^The contract of "order" takes .+ here\. /);
  });

  it.each([[{}], [{ number: null }]])('is rejected without what is required: %j', async (properties) => {
    expect(faultsOf(await send('order', properties))).toEqual(['PROPERTY_REQUIRED properties.number']);
  });

  it('is told all its faults at once', async () => {
    const result = await send('order', { total: 'x', size: 'x', extra: 1 }, strictKey);
    expect(faultsOf(result)?.sort()).toEqual([
      'PROPERTY_INVALID properties.size',
      'PROPERTY_INVALID properties.total',
      'PROPERTY_REQUIRED properties.number',
      'PROPERTY_UNKNOWN properties.extra',
    ]);
  });

  it('is held against the contract as it is when its batch begins, on every server', async () => {
    const other = await startServer({ beside: server });
    const items = (type: string) => [event({ external: `s-${(made += 1)}` }, type, {})];
    await seed(other, items('parcel'));
    await defineEventType(server, {
      key: 'parcel',
      properties: [{ key: 'to', type: 'TEXT', isRequired: true }],
    });
    const [result] = await ingest(other, items('parcel'));
    expect(faultsOf(result)).toEqual(['PROPERTY_REQUIRED properties.to']);
  });
});

describe('what nobody has defined', () => {
  const discovered = async (field: string, tenant: TestServer = server) =>
    expectNoErrors(
      await gql(
        tenant,
        `{ ${field} { key eventTypeKey eventType { key } type source { key } firstSeenAt } }`,
      ),
    )[field];

  it('is rejected from a source that takes nothing else', async () => {
    expect(faultsOf(await send('unheard-of', { a: 1 }, strictKey))).toEqual(['EVENT_TYPE_UNKNOWN type']);
    expect(faultsOf(await send('order', { number: 'n', a: 1, b: 2 }, strictKey))).toEqual([
      'PROPERTY_UNKNOWN properties.a',
      'PROPERTY_UNKNOWN properties.b',
    ]);
    expect(await send('order', { number: 'n' }, strictKey)).toMatchObject({ status: 'ACCEPTED' });
  });

  it('is accepted from others, and listed with the type that it seems to have until it is defined', async () => {
    const tenant = { ...server, ...(await newTenant(server)) };
    await defineEventType(tenant, { key: 'order' });
    const properties = {
      n: 1,
      t: 'x',
      b: true,
      d: '2026-01-31',
      i: '2026-01-31T12:00:00Z',
      spaces: ' 2026-01-31T12:00:00Z ',
      tab: '\t2026-01-31T12:00:00Z',
      line: '2026-01-31T12:00:00Z\n',
      l: ['x'],
      j: { a: 1 },
    };
    await seed(tenant, [event({ external: '1' }, 'order', properties)]);
    await seed(tenant, [
      event({ external: '2' }, 'order', { n: 'another type' }),
      event({ external: '3' }, 'visit', { page: '/' }),
    ]);
    const from = { source: { key: 'default' }, firstSeenAt: expect.any(String) };
    expect(await discovered('discoveredEventTypes', tenant)).toEqual([
      { key: 'visit', eventTypeKey: null, eventType: null, type: 'JSON', ...from },
    ]);
    expect(await discovered('discoveredProperties', tenant)).toEqual(
      [
        ['b', 'BOOLEAN'],
        ['d', 'DATE'],
        ['i', 'DATETIME'],
        ['j', 'JSON'],
        ['l', 'TEXT_LIST'],
        ['line', 'TEXT'],
        ['n', 'NUMBER'],
        ['spaces', 'TEXT'],
        ['t', 'TEXT'],
        ['tab', 'TEXT'],
      ].map(([key, type]) => ({ key, eventTypeKey: 'order', eventType: { key: 'order' }, type, ...from })),
    );
    await defineEventType(tenant, { key: 'visit' });
    const approve = `mutation { updateEventType(input: { key: "order", properties: [{ key: "n", type: JSON }] }) { userErrors { code } } }`;
    expect(expectNoErrors(await gql(tenant, approve)).updateEventType.userErrors).toEqual([]);
    expect(await discovered('discoveredEventTypes', tenant)).toEqual([]);
    expect(
      (await discovered('discoveredProperties', tenant)).map(({ key }: { key: string }) => key),
    ).not.toContain('n');
  });

  it('is not listed when its item is not accepted', async () => {
    const tenant = { ...server, ...(await newTenant(server)) };
    await ingest(tenant, [event({ email: 'nobody' }, 'visit')]);
    expect(await discovered('discoveredEventTypes', tenant)).toEqual([]);
  });

  it('may be refused from now on: a source can change its mind', async () => {
    const update = (policy: string) =>
      gql(
        server,
        `mutation { updateSource(input: { key: "strict", unknownEvents: ${policy} }) { source { unknownEvents } userErrors { code } } }`,
      );
    expectNoErrors(await update('DISCOVER'));
    expect((await send('unheard-of', {}, strictKey))?.status).toBe('ACCEPTED');
    expect(expectNoErrors(await update('REJECT')).updateSource.source).toEqual({ unknownEvents: 'REJECT' });
    expect((await send('unheard-of', {}, strictKey))?.status).toBe('REJECTED');
  });
});

describe('what was defined in another spelling, before names and texts had one,', () => {
  const KEY = 'caf\u00e9';
  const NFD = 'cafe\u0301';

  /** Puts texts in definitions back as an older server kept them. */
  async function respell(tenant: TestServer, texts: Record<string, string>) {
    await asAdmin(server.databaseUrl, async (client) => {
      for (const [is, was] of Object.entries(texts)) {
        const { rowCount } = await client.query(
          `update definition set body = replace(body::text, $2, $3)::jsonb where workspace_id = $1 and body::text like '%' || $2 || '%'`,
          [tenant.workspaceId, JSON.stringify(is), JSON.stringify(was)],
        );
        expect(rowCount).toBe(1);
      }
      await client.query('update workspace set catalogue_version = catalogue_version + 1 where id = $1', [
        tenant.workspaceId,
      ]);
    });
  }

  it('is met by every spelling', async () => {
    const tenant = { ...server, ...(await newTenant(server)) };
    await defineEventType(tenant, {
      key: 'order',
      properties: [
        { key: 'total', type: 'NUMBER', isRequired: true, currencyKey: 'unit' },
        { key: 'unit', type: 'TEXT' },
        { key: KEY, type: 'TEXT', isRequired: true, allowedValues: ['Z\u00fcrich', 'Bern'] },
        { key: 'due', type: 'DATETIME' },
      ],
    });
    await respell(tenant, {
      ...{ total: 'total ', unit: '\u00a0unit', [KEY]: NFD },
      ...{ 'Z\u00fcrich': 'Zu\u0308rich', due: 'due\u200b' },
    });
    const [good, respelled, wrong] = await ingest(tenant, [
      event({ external: '1' }, 'order', { total: 5, unit: 'EUR', [KEY]: 'Z\u00fcrich' }),
      event({ external: '2' }, 'order', { 'total ': 5, [NFD]: 'Zu\u0308rich', due: '2026-01-31 12:00+01' }),
      event({ external: '3' }, 'order', { total: 'x', unit: 'sheep', due: 'soon', [KEY]: 'Z\u00fcrig' }),
    ]);
    expect([good, respelled]).toMatchObject([
      { status: 'ACCEPTED', warnings: [] },
      { status: 'ACCEPTED', warnings: [] },
    ]);
    expect(faultsOf(wrong)?.sort()).toEqual([
      `PROPERTY_INVALID properties.${KEY}`,
      'PROPERTY_INVALID properties.due',
      'PROPERTY_INVALID properties.total',
      'PROPERTY_INVALID properties.unit',
    ]);
    const query = '{ eventTypes { key properties { key currencyKey allowedValues } } }';
    expect(
      expectNoErrors(await gql(tenant, query)).eventTypes.find(({ key }: { key: string }) => key === 'order')
        .properties,
    ).toEqual([
      { key: 'total', currencyKey: 'unit', allowedValues: null },
      { key: 'unit', currencyKey: null, allowedValues: null },
      { key: KEY, currencyKey: null, allowedValues: ['Z\u00fcrich', 'Bern'] },
      { key: 'due', currencyKey: null, allowedValues: null },
    ]);
  });

  it('gives way to the one that is spelled so', async () => {
    const tenant = { ...server, ...(await newTenant(server)) };
    await defineEventType(tenant, {
      key: 'order',
      properties: [
        { key: 'a', type: 'BOOLEAN', isRequired: true },
        { key: 'total', type: 'NUMBER' },
        { key: 'b', type: 'BOOLEAN' },
      ],
    });
    await respell(tenant, { a: 'total ', b: '\ttotal' });
    expect(await ingest(tenant, [event({ external: '1' }, 'order', { total: 5 })])).toMatchObject([
      { status: 'ACCEPTED' },
    ]);
  });

  it('is met by attributes too', async () => {
    const tenant = { ...server, ...(await newTenant(server)) };
    const define = `mutation { defineAttribute(input: { key: "town", type: TEXT, allowedValues: ["Z\u00fcrich"] }) { userErrors { code } } }`;
    expect(expectNoErrors(await gql(tenant, define)).defineAttribute.userErrors).toEqual([]);
    await respell(tenant, { 'Z\u00fcrich': 'Zu\u0308rich' });
    expect(
      await ingest(tenant, [
        event({ external: '1' }, 'visit', {}, { attributes: { town: 'Z\u00fcrich' } }),
        event({ external: '2' }, 'visit', {}, { attributes: { town: 'Zu\u0308rich' } }),
        event({ external: '3' }, 'visit', {}, { attributes: { town: 'Zurich' } }),
      ]),
    ).toMatchObject([{ warnings: [] }, { warnings: [] }, { warnings: [{ code: 'ATTRIBUTE_INVALID' }] }]);
  });
});

describe('names that a source makes up', () => {
  it('take the place of no names of other types, of attributes and of types', async () => {
    const tenant = { ...server, ...(await newTenant(server)) };
    const madeUp = (from: number, count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`item-${from + index}`, 1]));
    await seed(tenant, [
      event({ external: '1' }, 'cart', madeUp(10_000, 5_000)),
      event({ external: '1' }, 'cart', madeUp(20_000, 4_000)),
      event({ external: '1' }, 'basket', madeUp(30_000, 499)),
    ]);
    await seed(tenant, [event({ external: '1' }, 'cart', madeUp(40_000, 4_000))]);
    await seed(tenant, [
      event({ external: '1' }, 'basket', { size: 1, ...madeUp(30_000, 499), zest: 1 }),
      event({ external: '2' }, 'visit', { page: '/' }, { attributes: { shoeSize: 41 } }),
    ]);
    const counts = await asAdmin(server.databaseUrl, async (client) => {
      const { rows } = await client.query(
        'select kind, of, count(*)::int from discovery where workspace_id = $1 group by 1, 2 order by 1, 2',
        [tenant.workspaceId],
      );
      return rows.map(({ kind, of, count }) => `${kind} ${of} ${count}`);
    });
    expect(counts).toEqual([
      ...['ATTRIBUTE  1', 'EVENT_TYPE  3'],
      ...['PROPERTY basket 500', 'PROPERTY cart 500', 'PROPERTY visit 1'],
    ]);
    const preview = async (rule: object) => {
      const query =
        'query ($rule: RuleInput!) { previewSegment(rule: $rule) { count warnings { message } } }';
      return expectNoErrors(await gql(tenant, query, { rule })).previewSegment;
    };
    const where = (type: string, path: string) => ({
      event: { type, where: [{ path, is: { exists: true } }] },
    });
    for (const rule of [
      where('visit', 'page'),
      where('basket', 'size'),
      { attribute: { key: 'shoeSize', is: { exists: true } } },
    ])
      expect(await preview(rule)).toEqual({ count: 1, warnings: [] });
    // Nobody knows whether it was sent, and nobody says so.
    expect((await preview(where('cart', 'item-43999'))).warnings).toEqual([
      { message: expect.stringContaining('it is not among the names that sources sent first') },
    ]);
    expect((await preview(where('visit', 'pages'))).warnings).toEqual([
      { message: expect.stringContaining('no source has sent it') },
    ]);
  });
});
