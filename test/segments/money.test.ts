import {
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
  const query = `query ($key: String!) { segment(key: $key) { members { nodes { identifiers { value } } } } }`;
  const { segment } = expectNoErrors(await gql(tenant, query, { key }));
  return segment.members.nodes
    .map((node: { identifiers: { value: string }[] }) => node.identifiers[0]?.value)
    .sort();
}

async function fitting(rule: Json): Promise<string[]> {
  const query = `query ($rule: RuleInput!) { previewSegment(rule: $rule, sample: 100) { count sample { identifiers { value } } } }`;
  const { previewSegment } = expectNoErrors(await gql(tenant, query, { rule }));
  const found = previewSegment.sample.map(
    (one: { identifiers: { value: string }[] }) => one.identifiers[0]?.value,
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
    const query = `query ($profileId: ID!, $rule: RuleInput!) { explainSegment(profileId: $profileId, rule: $rule) { holds nodes { seen text } } }`;
    const explained = async (rule: Json) =>
      expectNoErrors(await gql(tenant, query, { profileId: bob, rule })).explainSegment;
    expect(await explained(spends('SUM', { gt: 50 }))).toEqual({
      holds: false,
      nodes: [
        {
          seen: 30,
          text: 'People who have events of type purchase with a sum of total in USD that is more than 50.',
        },
      ],
    });
    expect(await explained({ derived: { key: 'total_spend', is: { gt: 20 } } })).toMatchObject({
      holds: true,
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
    const query = `{ derivedAttributes { key currency less { type path where } } }`;
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
