import {
  asAdmin,
  createSegment,
  event,
  expectNoErrors,
  gql,
  ingest,
  ManualClock,
  newTenant,
  seed,
  snapshotTables,
  startServer,
  untilLive,
} from '../kit/index.js';
import type { TestServer } from '../kit/index.js';

type Json = Record<string, unknown>;

let server: TestServer;
let tenant: TestServer;

beforeAll(async () => {
  server = await startServer({ clock: new ManualClock('2026-03-01T00:00:00.000Z') });
});

beforeEach(async () => {
  tenant = { ...server, ...(await newTenant(server)) };
});

const bought = (who: string, total: number, currency?: unknown) =>
  event({ external: who }, 'purchase', { total, ...(currency !== undefined && { currency }) });
const refunded = (who: string, total: number, currency?: string) =>
  event({ external: who }, 'refund', { total, ...(currency && { currency }) });

async function derivedOf(who: string, ...keys: string[]): Promise<Json> {
  const query = `query ($who: String!, $keys: [String!]) {
    profileByIdentifier(namespace: "external", value: $who) { derived(keys: $keys) { key value } } }`;
  const { profileByIdentifier } = expectNoErrors(await gql(tenant, query, { who, keys }));
  return Object.fromEntries(
    profileByIdentifier.derived.map(({ key, value }: { key: string; value: unknown }) => [key, value]),
  );
}

const MONEY = [
  'average_order_value',
  'net_spend',
  'net_spend_by_currency',
  'spend_by_currency',
  'total_spend',
];
const moneyOf = async (who: string) => Object.values(await derivedOf(who, ...MONEY));

async function change(verb: string, input: Json) {
  const type = `${verb[0]?.toUpperCase()}${verb.slice(1)}Input!`;
  const query = `mutation ($input: ${type}) { ${verb}(input: $input) { userErrors { code path } } }`;
  return expectNoErrors(await gql(tenant, query, { input }))[verb].userErrors;
}

async function members(key: string): Promise<string[]> {
  await untilLive(tenant, key);
  const query = `query ($key: String!) { segment(key: $key) { members { nodes { identifiers { nodes { value } } } } } }`;
  const { segment } = expectNoErrors(await gql(tenant, query, { key }));
  return segment.members.nodes
    .map((node: { identifiers: { nodes: { value: string }[] } }) => node.identifiers.nodes[0]?.value)
    .sort();
}

async function fitting(rule: Json): Promise<string[]> {
  const query = `query ($rule: RuleInput!) { previewSegment(rule: $rule, sample: 100) { count sample { identifiers { nodes { value } } } } }`;
  const { previewSegment } = expectNoErrors(await gql(tenant, query, { rule }));
  const found = previewSegment.sample.map(
    (one: { identifiers: { nodes: { value: string }[] } }) => one.identifiers.nodes[0]?.value,
  );
  expect(previewSegment.count).toBe(found.length);
  return found.sort();
}

const spends = (function_: string, is: Json, currency?: string) => ({
  event: {
    type: 'purchase',
    aggregate: { function: function_, path: 'total', is, ...(currency && { currency }) },
  },
});

describe('amounts of money', () => {
  it.each<[string, ReturnType<typeof bought>[], unknown[]]>([
    [
      'the example: dollars and yen are never added',
      [bought('ada', 49, 'USD'), bought('ada', 10_000, 'JPY')],
      [49, 49, { JPY: 10_000, USD: 49 }, { JPY: 10_000, USD: 49 }, 49],
    ],
    [
      'an amount without a currency, or with a blank one, is in that of the workspace',
      [bought('ada', 1), bought('ada', 2, null), bought('ada', 4, ' '), bought('ada', 8, 'usd')],
      [3.75, 15, { USD: 15 }, { USD: 15 }, 15],
    ],
    [
      'codes are read in any case',
      [bought('ada', 1, 'eur'), bought('ada', 2, 'Eur '), bought('ada', 4, 'EUR'), bought('ada', 8, 'uSd')],
      [8, 8, { EUR: 7, USD: 8 }, { EUR: 7, USD: 8 }, 8],
    ],
    [
      'somebody with another currency alone has spent nothing in that of the workspace',
      [bought('ada', 1.234, 'KWD'), bought('ada', 10_000, 'JPY')],
      [null, null, { JPY: 10_000, KWD: 1.234 }, { JPY: 10_000, KWD: 1.234 }, null],
    ],
    [
      'refunds are taken off, in their own currency, whichever way their sign is written',
      [
        ...[bought('ada', 100.1, 'USD'), bought('ada', 5_000, 'JPY'), bought('ada', 7, 'GBP')],
        ...[refunded('ada', 20.2), refunded('ada', -30.3, 'usd'), refunded('ada', 900, 'jpy')],
      ],
      [100.1, 49.6, { GBP: 7, JPY: 4_100, USD: 49.6 }, { GBP: 7, JPY: 5_000, USD: 100.1 }, 100.1],
    ],
    [
      'refunds of purchases that were never told leave less than nothing',
      [refunded('ada', 20, 'USD')],
      [null, -20, { USD: -20 }, null, null],
    ],
    [
      'sums are exact',
      [
        bought('ada', 0.1),
        bought('ada', 0.2),
        refunded('ada', 0.3),
        bought('ada', 999_999_999_999.9),
        refunded('ada', 999_999_999_999.9),
      ],
      [333_333_333_333.4, 0, { USD: 0 }, { USD: 1_000_000_000_000.2 }, 1_000_000_000_000.2],
    ],
  ])('%s', async (_, items, expected) => {
    await seed(tenant, items);
    expect(await moneyOf('ada')).toEqual(expected);
  });

  it('are in the currency of the workspace, which takes segments along when it changes', async () => {
    await seed(tenant, [bought('ada', 600, 'USD'), bought('bob', 600, 'JPY'), bought('eve', 600)]);
    await createSegment(tenant, 'by-name', { derived: { key: 'total_spend', is: { gte: 500 } } });
    await createSegment(tenant, 'by-rule', spends('SUM', { gte: 500 }));
    await createSegment(tenant, 'in-yen', spends('SUM', { gte: 500 }, 'jpy'));
    const all = () => Promise.all(['by-name', 'by-rule', 'in-yen'].map(members));
    expect(await all()).toEqual([['ada', 'eve'], ['ada', 'eve'], ['bob']]);
    expect(await change('updateWorkspace', { currency: 'jpy' })).toEqual([]);
    expect(expectNoErrors(await gql(tenant, '{ viewer { workspace { currency } } }'))).toEqual({
      viewer: { workspace: { currency: 'JPY' } },
    });
    expect(await all()).toEqual([
      ['bob', 'eve'],
      ['bob', 'eve'],
      ['bob', 'eve'],
    ]);
    await seed(tenant, [bought('ada', 500, 'Jpy'), bought('joe', 499, 'JPY'), bought('joe', 5_000, 'USD')]);
    expect(await all()).toEqual([
      ['ada', 'bob', 'eve'],
      ['ada', 'bob', 'eve'],
      ['ada', 'bob', 'eve'],
    ]);
  });

  it('are never mixed by any figure, and a preview says what a build and an explanation say', async () => {
    const [, bob] = await seed(tenant, [
      bought('ada', 100, 'USD'),
      bought('bob', 10, 'USD'),
      bought('bob', 9_000, 'JPY'),
      bought('bob', 20),
    ]);
    for (const name of ['SUM', 'AVERAGE', 'MINIMUM', 'MAXIMUM']) {
      expect([name, await fitting(spends(name, { gt: 50 }))]).toEqual([name, ['ada']]);
      expect([name, await fitting(spends(name, { gt: 50 }, 'JPY'))]).toEqual([name, ['bob']]);
      await createSegment(tenant, name.toLowerCase(), spends(name, { gt: 50 }));
      expect([name, await members(name.toLowerCase())]).toEqual([name, ['ada']]);
    }
    const query = `query ($profileId: ID!, $rule: RuleInput!) { explainSegment(profileId: $profileId, audience: { rule: $rule }) { isMatch nodes { seen text } } }`;
    const explained = async (rule: Json) =>
      expectNoErrors(await gql(tenant, query, { profileId: bob, rule })).explainSegment;
    expect(await explained(spends('SUM', { gt: 50 }))).toEqual({
      isMatch: false,
      nodes: [
        {
          seen: 30,
          text: 'People who have events of type purchase with a sum of total in USD that is more than 50.',
        },
      ],
    });
    expect(await explained({ derived: { key: 'total_spend', is: { gt: 20 } } })).toMatchObject({
      isMatch: true,
      nodes: [{ seen: 30 }],
    });
    expect(await fitting(spends('DISTINCT', { equals: 3 }))).toEqual(['bob']);
  });

  it('can be told of in types of a workspace’s own, and figures follow its contract', async () => {
    const properties = [
      { key: 'worth', type: 'NUMBER' },
      { key: 'unit', type: 'TEXT' },
      { key: 'pieces', type: 'NUMBER' },
    ];
    expect(await change('defineEventType', { key: 'order', properties })).toEqual([]);
    const order = (who: string, worth: number, unit: string) =>
      event({ external: who }, 'order', { worth, unit, pieces: 1 });
    await seed(tenant, [order('ada', 60, 'USD'), order('bob', 6_000, 'JPY'), order('eve', 60, 'usd')]);
    const sum = (path: string, is: Json) => ({
      event: { type: 'order', aggregate: { function: 'SUM', path, is } },
    });
    await createSegment(tenant, 'orders', sum('worth', { gte: 50 }));
    expect(await members('orders')).toEqual(['ada', 'bob', 'eve']);
    const [worth, ...others] = properties;
    const amounts = [{ ...worth, currencyKey: 'unit' }, ...others];
    expect(await change('updateEventType', { key: 'order', properties: amounts })).toEqual([]);
    expect(await members('orders')).toEqual(['ada', 'eve']);
    expect(await fitting(sum('pieces', { gte: 1 }))).toEqual(['ada', 'bob', 'eve']);
    const [rejected] = await ingest(tenant, [order('joe', 60, 'pieces of eight')]);
    expect(rejected?.errors).toMatchObject([
      { code: 'PROPERTY_INVALID', path: expect.arrayContaining(['unit']) },
    ]);
    // What is not said again stays as it was.
    expect(await change('updateEventType', { key: 'order', properties })).toEqual([]);
    expect(await members('orders')).toEqual(['ada', 'eve']);
    const none = [{ ...worth, currencyKey: null }, ...others];
    expect(await change('updateEventType', { key: 'order', properties: none })).toEqual([]);
    expect(await members('orders')).toEqual(['ada', 'bob', 'eve']);
  });

  it('can be defined: of another currency, of types without a contract, with what is taken off', async () => {
    const spend = { label: 'x', function: 'SUM', type: 'order', path: 'price.amount' };
    const less = { type: 'return', path: 'amount', where: [{ path: 'reason', is: { notEquals: 'fraud' } }] };
    const defined = async (key: string, rest: Json) =>
      expect(await change('defineDerivedAttribute', { ...spend, key, ...rest })).toEqual([]);
    await seed(tenant, [
      event({ external: 'ada' }, 'order', { price: { amount: 30, currency: 'EUR' } }),
      event({ external: 'ada' }, 'order', { price: { amount: 4, currency: 'usd' } }),
      event({ external: 'ada' }, 'order', { price: { amount: 2 } }),
      event({ external: 'ada' }, 'return', { amount: -10, currency: 'EUR', reason: 'late' }),
      event({ external: 'ada' }, 'return', { amount: 5, currency: 'EUR', reason: 'fraud' }),
      event({ external: 'ada' }, 'return', { amount: 1 }),
    ]);
    await defined('euros', { currency: 'eur' });
    await defined('own', { currency: 'WORKSPACE' });
    await defined('net', { currency: 'EUR', less });
    await defined('numbers', {});
    await defined('net_count', { function: 'COUNT', path: null, less: { type: 'return' } });
    await defined('each', { function: 'SUM_BY_CURRENCY', less });
    const keys = ['each', 'euros', 'net', 'net_count', 'numbers', 'own'];
    expect(await derivedOf('ada', ...keys)).toEqual({
      each: { EUR: 20, USD: 5 },
      euros: 30,
      net: 20,
      net_count: 0,
      numbers: 36,
      own: 6,
    });
    const query = `{ derivedAttributes { key currency less { type path where { path is } } } }`;
    const { derivedAttributes } = expectNoErrors(await gql(tenant, query));
    expect(derivedAttributes).toContainEqual({ key: 'net', currency: 'EUR', less });
    expect(derivedAttributes).toContainEqual({ key: 'numbers', currency: null, less: null });
    await createSegment(tenant, 'left', { derived: { key: 'net', is: { gte: 20 } } });
    expect(await members('left')).toEqual(['ada']);
    await seed(tenant, [event({ external: 'ada' }, 'return', { amount: 1, currency: 'EUR' })]);
    expect(await members('left')).toEqual([]);
    expect(await change('updateDerivedAttribute', { key: 'net', less: null })).toEqual([]);
    expect(await members('left')).toEqual(['ada']);
  });
});

describe('what is taken off an amount', () => {
  const SPEND = { label: 'x', function: 'SUM', type: 'purchase', path: 'total' };
  const returned = (amount: number, currency?: string) =>
    event({ external: 'ada' }, 'returned', { amount, ...(currency && { currency }) });

  it.each<[string, Json, ReturnType<typeof event>[], number | null]>([
    [
      'the example: a type without a contract',
      { less: { type: 'returned', path: 'amount' } },
      [returned(10_000, 'JPY'), returned(9, 'usd')],
      40,
    ],
    [
      'without a currency it is in that of the workspace',
      { less: { type: 'returned', path: 'amount' } },
      [returned(10_000, 'JPY'), returned(9)],
      40,
    ],
    ['events of any type', { less: { path: 'amount' } }, [returned(10_000, 'JPY'), returned(9)], 40],
    [
      'events of any type, of an amount',
      { less: { path: 'total', where: [{ path: 'total', is: { gt: 5_000 } }] } },
      [refunded('ada', 10_000, 'JPY')],
      49,
    ],
    [
      'of the currency that the figure is in',
      { currency: 'JPY', less: { type: 'returned', path: 'amount' } },
      [bought('ada', 30_000, 'JPY'), returned(10_000, 'JPY'), returned(9)],
      20_000,
    ],
    [
      'numbers less numbers stay as they are',
      { type: 'visit', path: 'pages', less: { type: 'returned', path: 'amount' } },
      [event({ external: 'ada' }, 'visit', { pages: 10 }), returned(3, 'JPY')],
      7,
    ],
  ])('is in its currency: %s', async (_, rest, items, expected) => {
    const input = { ...SPEND, key: 'left', ...rest, allowUndefined: true };
    expect(await change('defineDerivedAttribute', input)).toEqual([]);
    await seed(tenant, [bought('ada', 49, 'USD'), ...items]);
    expect(await derivedOf('ada', 'left')).toEqual({ left: expected });
  });

  it('is found with white space around its keys', async () => {
    const less = { type: ' returned\t', path: '\u00a0amount ' };
    const input = { ...SPEND, key: 'left', less, allowUndefined: true };
    expect(await change('defineDerivedAttribute', input)).toEqual([]);
    await seed(tenant, [bought('ada', 49, 'USD'), returned(9)]);
    expect(await derivedOf('ada', 'left')).toEqual({ left: 40 });
    const { derivedAttributes } = expectNoErrors(
      await gql(tenant, '{ derivedAttributes { key less { type path } } }'),
    );
    expect(derivedAttributes).toContainEqual({ key: 'left', less: { type: 'returned', path: 'amount' } });
  });
});

describe('white space around a currency', () => {
  it.each<[string, string, string | undefined]>([
    ['a space that does not break', 'EUR\u00a0', 'EUR'],
    ['a tab and the end of a line', '\teur\n', 'EUR'],
    ['a wide space', '\u3000EUR', 'EUR'],
    ['a space that does not break, alone', '\u00a0', undefined],
    ['nothing', '', undefined],
  ])('is not kept: %s', async (_, currency, kept) => {
    await seed(tenant, [bought('ada', 49, currency)]);
    const query = `{ profileByIdentifier(namespace: "external", value: "ada") { events(first: 1) { nodes { properties } } } }`;
    const { profileByIdentifier } = expectNoErrors(await gql(tenant, query));
    expect(profileByIdentifier.events.nodes).toEqual([
      { properties: { total: 49, ...(kept && { currency: kept }) } },
    ]);
    expect(await derivedOf('ada', 'spend_by_currency')).toEqual({
      spend_by_currency: { [kept ?? 'USD']: 49 },
    });
  });

  it('is looked past in events from before', async () => {
    await seed(tenant, [bought('ada', 49, 'EUR'), bought('ada', 1, 'JPY'), bought('ada', 2, 'GBP')]);
    const spelled = (from: string, to: string) =>
      asAdmin(tenant.databaseUrl, (client) =>
        client.query(
          `update event set properties = jsonb_set(properties, '{currency}', to_jsonb($2::text)) where properties ->> 'currency' = $1`,
          [from, to],
        ),
      );
    await spelled('EUR', '\teur\u00a0');
    await spelled('JPY', '\u3000');
    await spelled('GBP', '\ufeffGbp\u2009\n');
    expect(await derivedOf('ada', 'spend_by_currency', 'total_spend')).toEqual({
      spend_by_currency: { EUR: 49, GBP: 2, USD: 1 },
      total_spend: 1,
    });
  });

  it('stays where the contract allows a spelling of its own alone', async () => {
    const properties = [
      { key: 'worth', type: 'NUMBER', currencyKey: 'unit' },
      { key: 'unit', type: 'TEXT', allowedValues: ['eur', 'USD'] },
    ];
    expect(await change('defineEventType', { key: 'order', properties })).toEqual([]);
    const order = (unit: string) => event({ external: 'ada' }, 'order', { worth: 1, unit });
    const results = await ingest(tenant, [order('eur'), order('usd'), order('EUR')]);
    expect(results.map(({ status }) => status)).toEqual(['ACCEPTED', 'ACCEPTED', 'REJECTED']);
  });
});

it.each(['dollars', 'EURO', 'XXX', '€', 'U S D', 840, 'ABC'])(
  'a purchase in the currency %j breaks its contract',
  async (currency) => {
    const [result] = await ingest(tenant, [bought('ada', 49, currency)]);
    expect(result).toMatchObject({
      status: 'REJECTED',
      errors: [{ code: 'PROPERTY_INVALID', path: expect.arrayContaining(['properties', 'currency']) }],
    });
  },
);

it('is shown as exact amounts, where the figure is one over money', async () => {
  await seed(tenant, [
    bought('ada', 0.1, 'EUR'),
    bought('ada', 0.2, 'EUR'),
    bought('ada', 10000, 'JPY'),
    bought('ada', 30),
    event({ external: 'ada' }, 'tip', { total: 5, currency: 'pearls' }),
    event({ external: 'ada' }, 'tip', { total: 6, currency: 'GBP' }),
  ]);
  const tips = { key: 'tips', type: 'tip', function: 'SUM_BY_CURRENCY', path: 'total', allowUndefined: true };
  expect(await change('defineDerivedAttribute', tips)).toEqual([]);
  const keys = [
    'average_order_value',
    'net_spend',
    'purchase_count',
    'spend_by_currency',
    'tips',
    'total_spend',
  ];
  const query = `query ($who: String!, $keys: [String!]) { profileByIdentifier(namespace: "external", value: $who) {
    derived(keys: $keys) { key money { amount currency } isMasked definition { key function } } } }`;
  const { derived } = expectNoErrors(await gql(tenant, query, { who: 'ada', keys })).profileByIdentifier;
  const dollars = [{ amount: '30', currency: 'USD' }];
  const shown = (key: string, name: string, money: object[] | null) => ({
    ...{ key, money, isMasked: false },
    definition: { key, function: name },
  });
  expect(derived).toEqual([
    shown('average_order_value', 'AVERAGE', dollars),
    shown('net_spend', 'SUM', dollars),
    shown('purchase_count', 'COUNT', null),
    shown('spend_by_currency', 'SUM_BY_CURRENCY', [
      { amount: '0.3', currency: 'EUR' },
      { amount: '10000', currency: 'JPY' },
      ...dollars,
    ]),
    shown('tips', 'SUM_BY_CURRENCY', [{ amount: '6', currency: 'GBP' }]),
    shown('total_spend', 'SUM', dollars),
  ]);
  await seed(tenant, [event({ external: 'bob' }, 'visit')]);
  const bob = expectNoErrors(await gql(tenant, query, { who: 'bob', keys: ['total_spend'] }));
  expect(bob.profileByIdentifier.derived).toEqual([shown('total_spend', 'SUM', null)]);
});

it('old and rare currencies are currencies', async () => {
  await seed(tenant, [bought('ada', 1, 'DEM'), bought('ada', 2, 'CLF'), bought('ada', 3, 'xcg')]);
  expect(await derivedOf('ada', 'spend_by_currency')).toEqual({
    spend_by_currency: { CLF: 2, DEM: 1, XCG: 3 },
  });
});

describe('it is refused, and nothing is changed,', () => {
  const spend = { key: 'x', label: 'x', function: 'SUM', type: 'purchase', path: 'total' };
  const amount = { key: 'worth', type: 'NUMBER', currencyKey: 'unit' };
  it.each<[string, Json, string, string]>([
    ['updateWorkspace', { currency: 'EURO' }, 'INVALID_VALUE', 'currency'],
    ['updateWorkspace', { currency: '', name: 'x' }, 'INVALID_VALUE', 'currency'],
    ['defineDerivedAttribute', { ...spend, currency: 'euros' }, 'RULE_INVALID', 'currency'],
    ['defineDerivedAttribute', { ...spend, function: 'LAST', currency: 'EUR' }, 'RULE_INVALID', 'currency'],
    [
      'defineDerivedAttribute',
      { ...spend, function: 'SUM_BY_CURRENCY', currency: 'EUR' },
      'RULE_INVALID',
      'currency',
    ],
    ['defineDerivedAttribute', { ...spend, less: { type: 'refund' } }, 'RULE_INVALID', 'less.path'],
    [
      'defineDerivedAttribute',
      { ...spend, function: 'AVERAGE', less: { type: 'refund', path: 'total' } },
      'RULE_INVALID',
      'less',
    ],
    [
      'defineDerivedAttribute',
      { ...spend, less: { path: 'total', where: [{ path: '', is: { equals: 1 } }] } },
      'RULE_INVALID',
      'less.where.0.path',
    ],
    ['updateDerivedAttribute', { key: 'total_spend', currency: 'XXX' }, 'RULE_INVALID', 'currency'],
    ['defineEventType', { key: 'x', properties: [amount] }, 'INVALID_VALUE', 'properties.0.currencyKey'],
    [
      'defineEventType',
      { key: 'x', properties: [amount, { key: 'unit', type: 'NUMBER' }] },
      'INVALID_VALUE',
      'properties.0.currencyKey',
    ],
    [
      'defineEventType',
      {
        key: 'x',
        properties: [
          { ...amount, type: 'TEXT' },
          { key: 'unit', type: 'TEXT' },
        ],
      },
      'INVALID_VALUE',
      'properties.0.currencyKey',
    ],
  ])('%s of %j', async (verb, input, code, path) => {
    const before = await snapshotTables(tenant);
    expect(await change(verb, input)).toEqual([{ code, path: ['input', ...path.split('.')] }]);
    expect(await snapshotTables(tenant)).toEqual(before);
  });

  it('a rule about a currency that there is not', async () => {
    const query = `query ($rule: RuleInput!) { previewSegment(rule: $rule) { count } }`;
    const { errors } = await gql(tenant, query, { rule: spends('SUM', { gt: 1 }, 'ecu') });
    expect(errors?.[0]?.extensions).toMatchObject({
      code: 'RULE_INVALID',
      argumentPath: ['rule', 'event', 'aggregate', 'currency'],
    });
  });
});
