import {
  createSegment,
  defineEventType,
  event,
  expectNoErrors,
  gql,
  ingest,
  item,
  newKey,
  newTenant,
  seed,
  startServer,
} from '../kit/index.js';
import type { TestServer } from '../kit/index.js';

let tenant: TestServer;

beforeAll(async () => {
  const server = await startServer();
  tenant = { ...server, ...(await newTenant(server)) };
  const define = `mutation {
    attribute: defineAttribute(input: { key: "seenAt", type: DATETIME }) { userErrors { code } }
    source: createSource(input: { key: "till", name: "Till", timeZone: "America/Havana", epoch: SECONDS }) { userErrors { code } }
    plain: createSource(input: { key: "plain", name: "Plain", mistypedAttributes: REJECT }) { userErrors { code } } }`;
  const data = expectNoErrors(await gql(tenant, define)) as Record<string, { userErrors: unknown[] }>;
  expect(Object.values(data).flatMap(({ userErrors }) => userErrors)).toEqual([]);
  await defineEventType(tenant, { key: 'booking', properties: [{ key: 'starts', type: 'DATETIME' }] });
});

async function fitting(rule: unknown): Promise<string[]> {
  const query = `query ($rule: RuleInput!) { profiles(where: $rule, first: 500) { nodes { attribute(key: "who") } } }`;
  const { profiles } = expectNoErrors(await gql(tenant, query, { rule }));
  return profiles.nodes.map((node: { attribute: string }) => node.attribute).sort();
}

async function attributeOf(who: string, key: string): Promise<unknown> {
  const query = `query ($who: String!, $key: String!) { profileByIdentifier(namespace: "external", value: $who) { attribute(key: $key) } }`;
  return expectNoErrors(await gql(tenant, query, { who, key })).profileByIdentifier.attribute;
}

const people = (key: string, values: Record<string, unknown>) =>
  Object.entries(values).map(([who, value]) =>
    item({ external: `${key}-${who}` }, { attributes: { who: `${key}-${who}`, [key]: value } }),
  );

/** What each is at, in the order of time; b and c are the same instant. */
const INSTANTS = {
  a: '2026-01-05T10:00:00+03:00',
  b: '2026-01-05 08:00Z',
  c: '2026-01-05t04:00:00.000-0400',
  d: '2026-01-05T08:00:00.0000001Z',
  e: '2026-01-05T08:00:00.000000123z',
  f: '2026-01-05T08:00:00,945+00',
};

/** Each with whom it fits. */
const TABLE: [is: object, who: string][] = [
  [{ gt: '2026-01-05T08:00:00Z' }, 'def'],
  [{ gte: '2026-01-05T08:00:00Z' }, 'bcdef'],
  [{ gte: '2026-01-05T09:00:00.000+01:00' }, 'bcdef'],
  [{ lt: '2026-01-05T08:00:00Z' }, 'a'],
  [{ lte: '2026-01-05T08:00:00.0000001Z' }, 'abcd'],
  [{ gt: '2026-01-05T08:00:00.0000001Z' }, 'ef'],
  [{ equals: '2026-01-05T08:00:00Z' }, 'bc'],
  [{ equals: '2026-01-05T07:00:00+00:00' }, 'a'],
  [{ notEquals: '2026-01-05T08:00:00.000Z' }, 'adef'],
  [{ in: ['2026-01-05T07:00:00Z', '2026-01-05T08:00:00.945Z'] }, 'af'],
  [{ notIn: ['2026-01-05T07:00:00Z', '2026-01-05T08:00:00.945Z'] }, 'bcde'],
  [{ between: { from: '2026-01-05T11:00:00+03:00', to: '2026-01-05T08:00:00.1Z' } }, 'bcde'],
  [{ gte: '2026-01-05' }, 'abcdef'],
  [{ lt: '2026-01-06' }, 'abcdef'],
  [{ lte: '2026-01-05' }, ''],
  [{ gte: '2026' }, 'abcdef'],
  [{ lt: '2026-01' }, ''],
];

describe.each([
  ['renewalDate', 'as it is shipped'],
  ['seenAt', 'as it was defined here'],
  ['nobodyDefined', 'that nobody has defined'],
])('the attribute %s, %s', (key) => {
  beforeAll(() => seed(tenant, people(key, INSTANTS)));

  it.each(TABLE)('%j fits by the instant', async (is, who) => {
    const known = { attribute: { key, is: { exists: true } } };
    expect(await fitting({ all: [known, { attribute: { key, is } }] })).toEqual(
      [...who].map((one) => `${key}-${one}`),
    );
  });
});

describe('a property of an event', () => {
  beforeAll(() =>
    seed(
      tenant,
      Object.entries(INSTANTS).map(([who, starts]) =>
        event({ external: `e-${who}` }, 'booking', { starts }, { attributes: { who: `e-${who}` } }),
      ),
    ),
  );
  const booked = (rest: object) => ({ event: { type: 'booking', ...rest } });

  it.each(TABLE)('%j fits by the instant, also as the last value', async (is, who) => {
    const expected = [...who].map((one) => `e-${one}`);
    expect(await fitting(booked({ where: [{ path: 'starts', is }] }))).toEqual(expected);
    const last = booked({ count: { atLeast: 1 }, aggregate: { function: 'LAST', path: 'starts', is } });
    expect(await fitting(last)).toEqual(expected);
  });
});

it('a derived instant is compared as one', async () => {
  const buys = (who: string, occurredAt: string) =>
    event({ external: who }, 'purchase', { total: 1 }, { occurredAt, attributes: { who } });
  await seed(tenant, [
    buys('ann', '2026-02-01T20:47:17Z'),
    buys('bea', '2026-02-01T22:47:17.945+02:00'),
    buys('cleo', '2026-02-01 20:47:18Z'),
  ]);
  const first = (is: object) => fitting({ derived: { key: 'first_purchase_at', is } });
  expect(await first({ equals: '2026-02-01T20:47:17Z' })).toEqual(['ann']);
  expect(await first({ equals: '2026-02-01T21:47:17.945+01:00' })).toEqual(['bea']);
  expect(await first({ gte: '2026-02-01T20:47:17Z' })).toEqual(['ann', 'bea', 'cleo']);
  expect(await first({ gt: '2026-02-01T20:47:17.000Z' })).toEqual(['bea', 'cleo']);
  expect(await first({ in: ['2026-02-01 20:47:18+00', '2026-02-01T20:47:17.0000Z'] })).toEqual([
    'ann',
    'cleo',
  ]);
  expect(await first({ lt: '2026-02-01T20:47:17.9450001Z' })).toEqual(['ann', 'bea']);
});

describe('what is kept', () => {
  it('is the instant in UTC, to its last digit; a date stays a date', async () => {
    await seed(
      tenant,
      people('member.startDate', {
        zone: '2026-01-05T10:00:00+03:00',
        fine: '2026-01-05 08:00:00.1234567Z',
        date: '2026-01-05',
      }),
    );
    const kept = (who: string) => attributeOf(`member.startDate-${who}`, 'member.startDate');
    expect([await kept('zone'), await kept('fine'), await kept('date')]).toEqual([
      '2026-01-05T07:00:00.000Z',
      '2026-01-05T08:00:00.1234567Z',
      '2026-01-05',
    ]);
  });

  it('is read as its source says: times without a zone, and numbers', async () => {
    const key = await newKey(tenant, ['INGEST'], { source: 'till' });
    const told = (who: string, seenAt: unknown) => item({ external: who }, { attributes: { who, seenAt } });
    const results = await ingest(
      tenant,
      [told('till-1', '2026-01-05 10:00'), told('till-2', 1_767_600_000), told('till-3', '1767600000.25')],
      { key },
    );
    expect(results.map(({ status, warnings }) => [status, warnings])).toEqual(
      results.map(() => ['ACCEPTED', []]),
    );
    expect([
      await attributeOf('till-1', 'seenAt'),
      await attributeOf('till-2', 'seenAt'),
      await attributeOf('till-3', 'seenAt'),
    ]).toEqual(['2026-01-05T15:00:00.000Z', '2026-01-05T08:00:00.000Z', '2026-01-05T08:00:00.250Z']);
  });

  it.each([
    '2026-02-30T10:00:00Z',
    '2026-01-05T10:00:00',
    1_767_600_000,
    '1767600000',
    'soon',
    '2026-01-05T25:00Z',
  ])('%j is no instant to another source, and changes nothing', async (seenAt) => {
    const key = await newKey(tenant, ['INGEST'], { source: 'plain' });
    const [result] = await ingest(
      tenant,
      [item({ external: 'nora' }, { attributes: { who: 'nora', seenAt } })],
      { key },
    );
    expect(result).toMatchObject({ status: 'REJECTED', errors: [{ code: 'ATTRIBUTE_INVALID' }] });
    expect(await fitting({ attribute: { key: 'who', is: { equals: 'nora' } } })).toEqual([]);
  });
});

it('a segment takes people in and lets them go by the instant, in whatever spelling it comes', async () => {
  await createSegment(tenant, 'renewing', {
    attribute: { key: 'contractEndDate', is: { gt: '2026-01-05T08:00:00Z' } },
  });
  const members = async () =>
    expectNoErrors(await gql(tenant, '{ segment(key: "renewing") { size } }')).segment.size as number;
  const tell = (contractEndDate: string) =>
    seed(tenant, [item({ external: 'rita' }, { attributes: { contractEndDate } })]);
  await tell('2026-01-05T10:00:00+03:00');
  expect(await members()).toBe(0);
  await tell('2026-01-05T03:00:00.001-05:00');
  expect(await members()).toBe(1);
  await tell('2026-01-05T18:00:00+10:00');
  expect(await members()).toBe(0);
});

describe('an operand', () => {
  it.each([
    ['renewalDate', { gt: '2026-99-99' }, ['gt']],
    ['renewalDate', { gte: '2026-02-30T10:00:00Z' }, ['gte']],
    ['renewalDate', { lt: 'tomorrow' }, ['lt']],
    ['renewalDate', { lte: '2026-13' }, ['lte']],
    ['renewalDate', { equals: '2026' }, ['equals']],
    ['renewalDate', { in: ['2026-01-05', '2026-01-05T24:01Z'] }, ['in', '1']],
    ['renewalDate', { between: { from: '2026-01-01', to: '2026-02-29' } }, ['between', 'to']],
    ['birthDate', { gt: '2026-99-99' }, ['gt']],
    ['birthDate', { lt: '1990-00-01' }, ['lt']],
    ['birthDate', { equals: '1990-05-05T00:00:00Z' }, ['equals']],
  ])('of %s, %j is refused with its place', async (key, is, path) => {
    const query = `query ($rule: RuleInput!) { previewSegment(rule: $rule) { count } }`;
    const { errors } = await gql(tenant, query, { rule: { attribute: { key, is } } });
    expect(errors?.[0]?.extensions).toMatchObject({
      code: 'RULE_INVALID',
      argumentPath: ['rule', 'attribute', 'is', ...path],
    });
  });

  it.each([
    ['last_purchase_at', { gt: '2026-99-99' }],
    ['last_purchase_at', { equals: 'today' }],
  ])('of the derived attribute %s, %j is refused', async (key, is) => {
    const query = `query ($rule: RuleInput!) { previewSegment(rule: $rule) { count } }`;
    const { errors } = await gql(tenant, query, { rule: { derived: { key, is } } });
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'RULE_INVALID' });
  });
});

describe('in the time zone of the workspace', () => {
  let far: TestServer;
  const there = async (is: object) => {
    const query = `query ($rule: RuleInput!) { profiles(where: $rule) { nodes { attribute(key: "who") } } }`;
    const { profiles } = expectNoErrors(
      await gql(far, query, { rule: { attribute: { key: 'renewalDate', is } } }),
    );
    return profiles.nodes
      .map((node: { attribute: string }) => node.attribute)
      .sort()
      .join('');
  };

  beforeAll(async () => {
    far = { ...tenant, ...(await newTenant(tenant)) };
    const query = `mutation { updateWorkspace(input: { timeZone: "America/Havana" }) { userErrors { code } } }`;
    expect(expectNoErrors(await gql(far, query)).updateWorkspace.userErrors).toEqual([]);
    const tell = (who: string, renewalDate: string) =>
      item({ external: who }, { attributes: { who, renewalDate } });
    await seed(far, [
      tell('a', '2027-11-07T03:59:59.999Z'),
      tell('b', '2027-11-07T04:00:00Z'),
      tell('c', '2027-11-07'),
      tell('d', '2027-11-08T04:59:59Z'),
      tell('e', '2027-11-08T05:00:00Z'),
    ]);
  });

  it.each([
    // Clocks in Havana show midnight twice that night: the day begins with the first.
    [{ gte: '2027-11-07' }, 'bcde'],
    [{ lt: '2027-11-07' }, 'a'],
    [{ equals: '2027-11-07' }, 'bc'],
    [{ between: { from: '2027-11-07T00:00', to: '2027-11-07T23:59:59' } }, 'bcd'],
    [{ gte: '2027-11-08' }, 'e'],
    [{ equals: '2027-11-07T04:00:00Z' }, 'bc'],
    [{ lte: '2027-11-07T03:59:59.999Z' }, 'a'],
  ])('%j has its days begin there', async (is, who) => {
    expect(await there(is)).toBe(who);
  });
});
