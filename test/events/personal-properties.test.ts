import {
  defineEventType,
  event,
  expectError,
  expectNoErrors,
  gql,
  newKey,
  newTenant,
  seed,
  snapshotTables,
  startServer,
} from '../kit/index.js';
import type { TestServer } from '../kit/index.js';

type Json = Record<string, unknown>;

let server: TestServer;
let tenant: TestServer;
let blind: string;

beforeAll(async () => {
  server = await startServer();
});

beforeEach(async () => {
  tenant = { ...server, ...(await newTenant(server)) };
  blind = await newKey(tenant, ['READ', 'MANAGE']);
});

async function propertiesOf(id: string, key: string): Promise<Json> {
  const query = 'query ($id: ID!) { profile(id: $id) { events { nodes { id properties } } } }';
  const [node] = expectNoErrors(await gql(tenant, query, { id }, { key })).profile.events.nodes;
  const again = await gql(
    tenant,
    'query ($id: ID!) { node(id: $id) { ... on Event { properties } } }',
    { id: node.id },
    { key },
  );
  expect(expectNoErrors(again).node.properties).toEqual(node.properties);
  return node.properties;
}

async function call(verb: string, input: Json, key = tenant.key) {
  const type = `${verb[0]?.toUpperCase()}${verb.slice(1)}Input!`;
  return gql(
    tenant,
    `mutation ($input: ${type}) { ${verb}(input: $input) { userErrors { code path } } }`,
    { input },
    { key },
  );
}

async function flagsOf(key: string): Promise<Json> {
  const { eventTypes } = expectNoErrors(
    await gql(tenant, '{ eventTypes { key properties { key isPersonal } } }'),
  );
  const { properties } = eventTypes.find((one: { key: string }) => one.key === key);
  return Object.fromEntries(
    properties.map((one: { key: string; isPersonal: boolean }) => [one.key, one.isPersonal]),
  );
}

describe('the properties of an event, without READ_PII', () => {
  it.each<[string, Json, Json]>([
    [
      'by their names, however deep, where there is no contract',
      {
        plan: 'pro',
        email: 'ada@example.com',
        'E-Mail': 'ada@example.com',
        customer: {
          plan: 'pro',
          firstName: 'Ada',
          phones: ['1', '2'],
          address: { street: 'Main', city: 'Ghent' },
        },
        guests: [{ name: 'Bob', vip: true }],
        products: [{ name: 'Shoe', price: 9 }],
      },
      {
        plan: 'pro',
        email: '***',
        'E-Mail': '***',
        customer: { plan: 'pro', firstName: '***', phones: '***', address: '***' },
        guests: [{ name: '***', vip: true }],
        products: [{ name: 'Shoe', price: 9 }],
      },
    ],
    [
      'the same for every value, and null for none',
      { phone: 1, street: '', zip: { a: 1 }, iban: ['x'], birthday: false, ip: null },
      { phone: '***', street: '***', zip: '***', iban: '***', birthday: '***', ip: null },
    ],
  ])('are masked %s', async (_what, properties, masked) => {
    const [id = ''] = await seed(tenant, [event({ external: 'ada' }, 'signup', properties)]);
    expect(await propertiesOf(id, blind)).toEqual(masked);
    expect(await propertiesOf(id, tenant.key)).toEqual(properties);
  });

  it('are masked as the contract says, and by names where it says nothing', async () => {
    await defineEventType(tenant, {
      key: 'order',
      properties: [
        { key: 'note', type: 'JSON', isPersonal: true },
        { key: 'mail', type: 'TEXT', isPersonal: false },
        { key: 'shop', type: 'JSON', isPersonal: false },
        { key: 'payer', type: 'JSON' },
        { key: 'phone', type: 'TEXT' },
      ],
    });
    const properties = {
      note: { text: 'x' },
      mail: 'shop@example.com',
      shop: { email: 'shop@example.com' },
      payer: { email: 'ada@example.com', plan: 'pro' },
      phone: '1',
      street: 'Main',
      total: 3,
    };
    const [id = ''] = await seed(tenant, [event({ external: 'ada' }, 'order', properties)]);
    expect(await propertiesOf(id, blind)).toEqual({
      ...properties,
      note: '***',
      payer: { email: '***', plan: 'pro' },
      phone: '***',
      street: '***',
    });
  });

  it('of shipped types show, but for what people write', async () => {
    const items = [{ name: 'Shoe' }];
    const [id = ''] = await seed(tenant, [event({ external: 'ada' }, 'purchase', { total: 3, items })]);
    expect(await propertiesOf(id, blind)).toEqual({ total: 3, items });
    const answers = { comment: 'I am Ada', score: 3 };
    const [other = ''] = await seed(tenant, [event({ external: 'bob' }, 'survey_response', answers)]);
    expect(await propertiesOf(other, blind)).toEqual({ comment: '***', score: 3 });
  });
});

describe('whether a property is personal', () => {
  const properties = [
    { key: 'note', type: 'TEXT', isPersonal: true },
    { key: 'mail', type: 'TEXT', isPersonal: false },
    { key: 'phone', type: 'TEXT' },
    { key: 'total', type: 'NUMBER' },
  ];

  it('is as it was said, or else as its name looks; an update that does not say leaves it', async () => {
    await defineEventType(tenant, { key: 'order', properties });
    const flags = { note: true, mail: false, phone: true, total: false };
    expect(await flagsOf('order')).toEqual(flags);
    const unsaid = properties.map(({ key, type }) => ({ key, type }));
    expectNoErrors(await call('updateEventType', { key: 'order', properties: unsaid }));
    expect(await flagsOf('order')).toEqual(flags);
    const reset = unsaid.map((one) => ({ ...one, isPersonal: null }));
    expectNoErrors(await call('updateEventType', { key: 'order', properties: reset }));
    expect(await flagsOf('order')).toEqual({ note: false, mail: true, phone: true, total: false });
  });

  it.each<[string, string, Json, string[]]>([
    [
      'defined',
      'defineEventType',
      { key: 'new', properties: [{ key: 'street', type: 'TEXT', isPersonal: false }] },
      ['properties', '0', 'isPersonal'],
    ],
    [
      'defined, whatever its name',
      'defineEventType',
      { key: 'new', properties: [{ key: 'x', type: 'JSON', isPersonal: false }] },
      ['properties', '0', 'isPersonal'],
    ],
    [
      'changed',
      'updateEventType',
      { key: 'order', properties: [{ ...properties[0], isPersonal: false }, ...properties.slice(1)] },
      ['properties', '0', 'isPersonal'],
    ],
    [
      'left to its name',
      'updateEventType',
      { key: 'order', properties: [{ ...properties[0], isPersonal: null }, ...properties.slice(1)] },
      ['properties', '0', 'isPersonal'],
    ],
    ['forgotten', 'deleteEventType', { key: 'order' }, ['key']],
  ])('can be %s so that more shows by a key with READ_PII alone', async (_how, verb, input, path) => {
    await defineEventType(tenant, { key: 'order', properties });
    const before = await snapshotTables(server);
    const error = expectError(await call(verb, input, blind), 'FORBIDDEN');
    expect(error.extensions).toMatchObject({ scope: 'READ_PII', argumentPath: ['input', ...path] });
    expect(await snapshotTables(server)).toEqual(before);
    expectNoErrors(await call(verb, input));
  });

  it('can be said by any key with MANAGE where no more shows than before', async () => {
    const order = { key: 'order', properties: properties.filter(({ key }) => key !== 'mail') };
    expectNoErrors(await call('defineEventType', order, blind));
    const more = [...order.properties, { key: 'mail', type: 'TEXT', isPersonal: true }];
    expectNoErrors(await call('updateEventType', { key: 'order', properties: more }, blind));
    expect(await flagsOf('order')).toEqual({ note: true, phone: true, total: false, mail: true });
  });

  it('is told of what was discovered, and its type then is not', async () => {
    await seed(tenant, [
      event(
        { external: 'ada' },
        'login',
        { ip: '127.0.0.1', device: 1 },
        { attributes: { street: 'Main', shoe: 43 } },
      ),
    ]);
    const query =
      '{ discoveredProperties { key type isPersonal } discoveredAttributes { key type isPersonal } }';
    const [device, shoe] = ['device', 'shoe'].map((key) => ({ key, type: 'NUMBER', isPersonal: false }));
    const found = (type: string) => ({
      discoveredProperties: [device, { key: 'ip', type, isPersonal: true }],
      discoveredAttributes: [shoe, { key: 'street', type, isPersonal: true }],
    });
    expect(expectNoErrors(await gql(tenant, query, {}, { key: blind }))).toEqual(found('JSON'));
    expect(expectNoErrors(await gql(tenant, query))).toEqual(found('TEXT'));
  });
});
