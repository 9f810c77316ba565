import { createSegment, expectNoErrors, gql, newTenant, snapshotTables, startServer } from '../kit/index.js';
import type { TestServer } from '../kit/index.js';

const FIELDS = `key label description version isShipped updatedAt
  properties { key type label description isRequired allowedValues isUsableInSegments currencyKey }`;

interface Refusal {
  code: string;
  path: string[];
}

let server: TestServer;
let tenant: TestServer;

beforeAll(async () => {
  server = await startServer();
});

beforeEach(async () => {
  tenant = { ...server, ...(await newTenant(server)) };
});

async function call(verb: 'define' | 'update', input: Record<string, unknown>) {
  const name = `${verb}EventType`;
  const type = `${verb === 'define' ? 'Define' : 'Update'}EventTypeInput!`;
  const query = `mutation ($input: ${type}) { ${name}(input: $input) { eventType { ${FIELDS} } userErrors { code path message } } }`;
  return expectNoErrors(await gql(tenant, query, { input }))[name];
}

async function remove(key: string) {
  const query = `mutation ($key: String!) { deleteEventType(input: { key: $key }) { deletedKey eventType { ${FIELDS} } userErrors { code path } } }`;
  return expectNoErrors(await gql(tenant, query, { key })).deleteEventType;
}

const all = async (): Promise<{ key: string; version: number; isShipped: boolean }[]> =>
  expectNoErrors(await gql(tenant, `{ eventTypes { ${FIELDS} } }`)).eventTypes;

async function expectRefusal(work: () => Promise<{ userErrors: Refusal[] }>, code: string, path: string[]) {
  const before = await snapshotTables(tenant);
  const { userErrors } = await work();
  expect(userErrors.map((error) => [error.code, error.path])).toEqual([[code, ['input', ...path]]]);
  expect(await snapshotTables(tenant)).toEqual(before);
}

const PRICE = { key: 'price', type: 'NUMBER' };
const COLOUR = { key: 'colour', type: 'TEXT', allowedValues: ['red', 'green'] };

describe('the contracts of a workspace', () => {
  it('are from the start those that are shipped, by key', async () => {
    expect((await all()).map(({ key, version, isShipped }) => [key, version, isShipped])).toEqual(
      [
        'engagement',
        'login',
        'page_view',
        'product_view',
        'purchase',
        'refund',
        'service_contact',
        'subscription_changed',
        'survey_response',
        'tier_changed',
      ].map((key) => [key, 1, true]),
    );
  });

  it('come to hold what is defined, with what was not said as it is by default', async () => {
    const { eventType, userErrors } = await call('define', {
      key: 'Order Shipped',
      label: 'Order shipped',
      properties: [
        PRICE,
        { ...COLOUR, isRequired: true, description: 'Of the parcel.', isUsableInSegments: false },
      ],
    });
    expect(userErrors).toEqual([]);
    expect(eventType).toEqual({
      key: 'Order Shipped',
      label: 'Order shipped',
      description: null,
      version: 1,
      isShipped: false,
      updatedAt: expect.any(String),
      properties: [
        {
          ...PRICE,
          label: 'price',
          description: null,
          isRequired: false,
          allowedValues: null,
          currencyKey: null,
          isUsableInSegments: true,
        },
        {
          ...COLOUR,
          label: 'colour',
          description: 'Of the parcel.',
          isRequired: true,
          currencyKey: null,
          isUsableInSegments: false,
        },
      ],
    });
    expect(await all()).toContainEqual(eventType);
  });

  it('are nobody else’s', async () => {
    await call('define', { key: 'mine' });
    tenant = { ...server, ...(await newTenant(server)) };
    expect((await all()).map(({ key }) => key)).not.toContain('mine');
  });

  it.each([
    ['a key that is taken', { key: 'purchase' }, 'KEY_TAKEN', ['key']],
    ['an empty key', { key: ' ' }, 'REQUIRED', ['key']],
    ['a key of 101 characters', { key: 'k'.repeat(101) }, 'TOO_LONG', ['key']],
    ['one property twice', { key: 'a', properties: [PRICE, PRICE] }, 'KEY_TAKEN', ['properties', '1', 'key']],
    [
      'allowed values of another type',
      { key: 'a', properties: [{ ...COLOUR, allowedValues: ['red', 1] }] },
      'INVALID_VALUE',
      ['properties', '0', 'allowedValues', '1'],
    ],
    [
      'no allowed value at all',
      { key: 'a', properties: [{ ...COLOUR, allowedValues: [] }] },
      'INVALID_VALUE',
      ['properties', '0', 'allowedValues'],
    ],
    [
      '201 properties',
      { key: 'a', properties: Array.from({ length: 201 }, (_, n) => ({ key: `p${n}`, type: 'TEXT' })) },
      'TOO_MANY',
      ['properties'],
    ],
  ])('refuse %s', async (_what, input, code, path) => {
    await expectRefusal(() => call('define', input), code, path);
  });
});

describe('a contract that is updated', () => {
  beforeEach(async () => {
    await call('define', { key: 'order', properties: [{ ...PRICE, isRequired: true }, COLOUR] });
  });

  it('grows by properties, by values and by what may be left out, and gets a new version', async () => {
    const properties = [
      { ...COLOUR, allowedValues: ['green', 'red', 'blue'] },
      PRICE,
      { key: 'size', type: 'TEXT_LIST' },
    ];
    const { eventType } = await call('update', { key: 'order', properties });
    expect(eventType).toMatchObject({ version: 2, properties });
    expect((await call('update', { key: 'order', label: 'Order' })).eventType).toMatchObject({
      version: 2,
      label: 'Order',
    });
    const wider = [{ key: 'colour', type: 'JSON' }, PRICE, { key: 'size', type: 'TEXT_LIST' }];
    expect((await call('update', { key: 'order', properties: wider })).eventType.version).toBe(3);
  });

  it('keeps its version when its properties are said again', async () => {
    const properties = [{ ...PRICE, isRequired: true }, COLOUR];
    expect((await call('update', { key: 'order', properties })).eventType.version).toBe(1);
  });

  it.each([
    ['lose a property', [COLOUR], ['properties']],
    ['change the type of one', [{ ...PRICE, type: 'TEXT' }, COLOUR], ['properties', '0', 'type']],
    ['require one', [PRICE, { ...COLOUR, isRequired: true }], ['properties', '1', 'isRequired']],
    [
      'require a new one',
      [PRICE, COLOUR, { key: 'size', type: 'TEXT', isRequired: true }],
      ['properties', '2', 'isRequired'],
    ],
    [
      'take fewer values',
      [PRICE, { ...COLOUR, allowedValues: ['red'] }],
      ['properties', '1', 'allowedValues'],
    ],
    [
      'take only some values',
      [{ ...PRICE, allowedValues: [1, 2] }, COLOUR],
      ['properties', '0', 'allowedValues'],
    ],
  ])('cannot %s', async (_what, properties, path) => {
    await expectRefusal(() => call('update', { key: 'order', properties }), 'CONTRACT_NARROWED', path);
  });

  it('must be there', async () => {
    await expectRefusal(() => call('update', { key: 'none' }), 'DEFINITION_UNKNOWN', ['key']);
  });

  it('has no properties any more when they are null, where it may be narrowed', async () => {
    const { eventType } = await call('update', { key: 'purchase', properties: null });
    expect(eventType).toMatchObject({ version: 2, properties: [] });
    await call('define', { key: 'order', properties: [{ key: 'total', type: 'NUMBER' }] });
    await expectRefusal(() => call('update', { key: 'order', properties: null }), 'CONTRACT_NARROWED', [
      'properties',
    ]);
  });

  it('may be narrowed once when it is a shipped one, and is then the workspace’s own', async () => {
    const properties = [{ key: 'total', type: 'NUMBER', isRequired: true }];
    const { eventType } = await call('update', { key: 'purchase', properties });
    expect(eventType).toMatchObject({ version: 2, isShipped: true, properties });
    await expectRefusal(() => call('update', { key: 'purchase', properties: [] }), 'CONTRACT_NARROWED', [
      'properties',
    ]);
  });
});

it.each<[string, string, Record<string, unknown>[]]>([
  ['the example: its currency is no longer there', 'purchase', [{ key: 'total', type: 'NUMBER' }]],
  [
    'the amount is no number any more',
    'product_view',
    [
      { key: 'price', type: 'JSON' },
      { key: 'currency', type: 'TEXT' },
    ],
  ],
  [
    'what named its currency is a number',
    'refund',
    [
      { key: 'total', type: 'NUMBER' },
      { key: 'currency', type: 'NUMBER' },
    ],
  ],
])('an amount of a shipped type is none any more if nobody says so: %s', async (_what, key, properties) => {
  const { eventType, userErrors } = await call('update', { key, properties });
  expect(userErrors).toEqual([]);
  expect(eventType.properties).toMatchObject(properties.map((one) => ({ ...one, currencyKey: null })));
});

it('an amount of a shipped type stays one where that is possible', async () => {
  const properties = [
    { key: 'total', type: 'NUMBER' },
    { key: 'currency', type: 'JSON' },
  ];
  const { eventType } = await call('update', { key: 'purchase', properties });
  expect(eventType.properties).toMatchObject([{ currencyKey: 'currency' }, { currencyKey: null }]);
  await expectRefusal(
    () =>
      call('update', { key: 'refund', properties: [{ key: 'total', type: 'NUMBER', currencyKey: 'unit' }] }),
    'INVALID_VALUE',
    ['properties', '0', 'currencyKey'],
  );
});

describe('a contract that is deleted', () => {
  it('is gone', async () => {
    await call('define', { key: 'order' });
    expect(await remove('order')).toEqual({ deletedKey: 'order', eventType: null, userErrors: [] });
    expect((await all()).map(({ key }) => key)).not.toContain('order');
  });

  it('is as shipped again when it is a shipped one that was changed', async () => {
    const shipped = (await all()).find(({ key }) => key === 'purchase');
    await call('update', { key: 'purchase', properties: [] });
    expect((await remove('purchase')).eventType).toEqual(shipped);
  });

  it('must be there, and not be as shipped', async () => {
    await expectRefusal(() => remove('none'), 'DEFINITION_UNKNOWN', ['key']);
    await expectRefusal(() => remove('purchase'), 'DEFINITION_SHIPPED', ['key']);
  });
});

describe('a property that is not for segments', () => {
  const rule = (path: string) => ({ event: { type: 'order', where: [{ path, is: { exists: true } }] } });
  const preview = async (path: string) =>
    (
      await gql(tenant, `query ($rule: RuleInput!) { previewSegment(rule: $rule) { count } }`, {
        rule: rule(path),
      })
    ).errors?.[0]?.extensions;

  it('is refused in rules, with the path of the place, and stays in those there are', async () => {
    await createSegment(tenant, 'early', rule('secret'));
    const secret = { key: 'secret', type: 'TEXT', isUsableInSegments: false };
    const { userErrors } = await call('define', { key: 'order', properties: [secret, PRICE] });
    expect(userErrors).toEqual([]);
    expect(await preview('price')).toBeUndefined();
    expect(await preview('secret.part')).toMatchObject({
      code: 'RULE_INVALID',
      argumentPath: ['rule', 'event', 'where', '0', 'path'],
    });
    const query = `mutation { updateSegment(input: { key: "early", name: "Early" }) { userErrors { code } } }`;
    expect(expectNoErrors(await gql(tenant, query)).updateSegment.userErrors).toEqual([]);
  });
});
