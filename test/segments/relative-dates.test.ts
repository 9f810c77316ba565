import fc from 'fast-check';
import {
  createSegment,
  event,
  eventually,
  expectNoErrors,
  gql,
  item,
  ManualClock,
  newTenant,
  seed,
  snapshotTables,
  startServer,
  untilLive,
} from '../kit/index.js';
import type { TestServer } from '../kit/index.js';
import { instantOf, isRelative } from './evaluate-plainly.js';

const DAY_MS = 86_400_000;
const START = Date.UTC(2028, 1, 26);
const KINDS = ['withinNext', 'withinLast', 'moreThanAgo', 'moreThanAhead', 'anniversaryWithinNext'] as const;
type Kind = (typeof KINDS)[number];

let server: TestServer;
let clock: ManualClock;
let tenant: TestServer;

beforeAll(async () => {
  clock = new ManualClock(new Date(START));
  server = await startServer({ clock });
});

beforeEach(async () => {
  clock.set(new Date(START));
  tenant = { ...server, ...(await newTenant(server)) };
});

const value = (at: unknown, who = String(at)) => item({ external: who }, { attributes: { at, who } });

async function fitting(rule: unknown): Promise<string[]> {
  const query = `query ($rule: RuleInput!) { profiles(where: $rule, first: 500) { nodes { attribute(key: "who") } } }`;
  const { profiles } = expectNoErrors(await gql(tenant, query, { rule }));
  return profiles.nodes.map((node: { attribute: string }) => node.attribute).sort();
}

async function members(key: string): Promise<string[]> {
  const query = `query ($key: String!) { segment(key: $key) { members(first: 500) { nodes { attribute(key: "who") } } } }`;
  const { segment } = expectNoErrors(await gql(tenant, query, { key }));
  return segment.members.nodes.map((node: { attribute: string }) => node.attribute).sort();
}

async function setTimeZone(timeZone: string) {
  const query = `mutation ($timeZone: String) { updateWorkspace(input: { timeZone: $timeZone }) { workspace { timeZone } userErrors { code path } } }`;
  return expectNoErrors(await gql(tenant, query, { timeZone })).updateWorkspace;
}

/** What the descriptions of the schema say, in UTC and without SQL. */
function plainly(kind: Kind, days: number, text: unknown, now: number): boolean {
  return isRelative(kind, days * DAY_MS, text, now);
}

const TEXTS = [
  '2028-02-26',
  '2028-02-27',
  '2028-02-29',
  '2027-03-01',
  '2028-03-01T00:00:00Z',
  '2028-02-25T23:59:59.999Z',
  '2028-02-27T01:30:00+01:30',
  '1996-02-29',
  '2000-02-28',
  '1999-12-31',
  '2029-02-26',
  '2027-02-29',
  '2028-13-01',
  'soon',
  '2028-02-26T12:00:00',
  '0000-01-01',
  '2028-02-27T12:30:00.250Z',
  '2028-02-29T00:00:00.000Z',
  '2028-02-30T00:00:00.000Z',
  '2028-00-27T00:00:00.000Z',
  '2028-02-00T00:00:00Z',
  '0000-02-27T00:00:00Z',
  '2028-02-27T24:00:00Z',
  '2028-02-27T12:60:00.000Z',
  '2028-02-27T12:00:60Z',
  '2028-02-27T12:00:00.000z',
];

it.each(KINDS)('"%s" fits exactly those whom it says, at every moment, whatever the values', async (kind) => {
  await seed(tenant, [
    ...TEXTS.map((text) => value(text)),
    value(7, '7'),
    value(null, 'nothing'),
    value(['x'], 'list'),
  ]);
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(1, 2, 5, 30, 365, 366),
      fc.constantFrom(...TEXTS.flatMap((text) => instantOf(text) ?? []), START),
      fc.constantFrom(-1, 0, 1, DAY_MS - 1, DAY_MS, DAY_MS + 1, -DAY_MS, 30 * DAY_MS, -2 * DAY_MS),
      async (days, around, off) => {
        const now = Math.max(around + off, Date.UTC(2027, 0, 1));
        clock.set(new Date(now));
        expect([
          days,
          new Date(now),
          await fitting({ attribute: { key: 'at', is: { [kind]: { days } } } }),
        ]).toEqual([days, new Date(now), TEXTS.filter((text) => plainly(kind, days, text, now)).sort()]);
      },
    ),
    { numRuns: 150, endOnFailure: true },
  );
});

it('an instant with a character changed is another instant, or none', async () => {
  const whole = '2028-02-29T23:59:59.999Z';
  const changed = new Set(TEXTS);
  for (let place = 0; place <= whole.length; place += 1) {
    changed.add(whole.slice(0, place));
    for (const other of '0123456789:-.+TZz ٣')
      for (const rest of [whole.slice(place), whole.slice(place + 1)])
        changed.add(`${whole.slice(0, place)}${other}${rest}`);
  }
  const texts = [...changed];
  await seed(
    tenant,
    texts.map((text, index) => value(text, `text ${index}`)),
  );
  const sides = ['moreThanAgo', 'withinLast', 'withinNext', 'moreThanAhead'].map((kind) => ({
    attribute: { key: 'at', is: { [kind]: { days: 1 } } },
  }));
  const fits = await fitting({ any: sides });
  const instants = texts.filter((text) => instantOf(text) !== null);
  expect(instants.length).toBeGreaterThan(50);
  expect(texts.filter((_, index) => fits.includes(`text ${index}`))).toEqual(instants);
});

it('members come and go by time alone, at each instant that a date has foretold', async () => {
  for (const kind of KINDS)
    await createSegment(tenant, kind.toLowerCase(), {
      attribute: { key: 'at', is: { [kind]: { days: 2 } } },
    });
  await createSegment(tenant, 'offered', {
    event: { type: 'offer', where: [{ path: 'until', is: { withinNext: { days: 2 } } }] },
  });
  const texts = TEXTS.filter((text) => instantOf(text) !== null);
  await seed(
    tenant,
    texts.map((text) => value(text)),
  );
  await seed(
    tenant,
    texts.map((text) => event({ external: text }, 'offer', { until: text })),
  );
  const instants = new Set<number>();
  for (const text of texts)
    for (const off of [-2 * DAY_MS, 0, DAY_MS, 2 * DAY_MS]) instants.add((instantOf(text) ?? 0) + off);
  const steps = [...instants].filter((at) => at > START && at < START + 10 * DAY_MS).sort((a, b) => a - b);
  expect(steps.length).toBeGreaterThan(5);
  for (const at of steps.flatMap((step) => [step - 1, step])) {
    clock.set(new Date(at));
    const expected = (kind: Kind) => texts.filter((text) => plainly(kind, 2, text, at)).sort();
    await eventually(`all are where they belong at ${new Date(at).toISOString()}`, async () => {
      const all = await Promise.all(
        KINDS.map(async (kind) => [kind, await members(kind.toLowerCase())] as const),
      );
      const offered = String(await members('offered')) === String(expected('withinNext'));
      return offered && all.every(([kind, there]) => String(there) === String(expected(kind)));
    });
  }
}, 120_000);

describe('the time zone of the workspace', () => {
  it('is where dates begin: segments follow when it changes', async () => {
    clock.set('2028-02-26T22:30:00.000Z');
    await createSegment(tenant, 'begun', { attribute: { key: 'at', is: { withinLast: { days: 1 } } } });
    await createSegment(tenant, 'birthdays', {
      attribute: { key: 'at', is: { anniversaryWithinNext: { minutes: 1 } } },
    });
    await seed(tenant, [value('2028-02-27'), value('1990-02-27')]);
    expect([await members('begun'), await members('birthdays')]).toEqual([[], []]);
    expect(await setTimeZone('Europe/Helsinki')).toEqual({
      workspace: { timeZone: 'Europe/Helsinki' },
      userErrors: [],
    });
    for (const key of ['begun', 'birthdays']) await untilLive(tenant, key);
    expect([await members('begun'), await members('birthdays')]).toEqual([
      ['2028-02-27'],
      ['1990-02-27', '2028-02-27'],
    ]);
    await seed(tenant, [value('1980-02-27')]);
    expect(await members('birthdays')).toEqual(['1980-02-27', '1990-02-27', '2028-02-27']);
  });

  it('must be one that there is', async () => {
    const before = await snapshotTables(tenant);
    for (const timeZone of ['Europe/Atlantis', '+02:00', ''])
      expect((await setTimeZone(timeZone)).userErrors).toEqual([
        { code: 'INVALID_VALUE', path: ['input', 'timeZone'] },
      ]);
    expect(await snapshotTables(tenant)).toEqual(before);
  });
});

describe('an aggregate over events', () => {
  const rule = (aggregate: object, rest: object = {}) => ({
    event: { type: 'purchase', aggregate, ...rest },
  });
  const buys = (who: string, total: unknown) =>
    event({ external: who }, 'buy', { total }, { attributes: { who } });

  it.each<[object, string[]]>([
    [{ function: 'SUM', path: 'total', is: { gte: 30.3 } }, ['ada', 'bob']],
    [{ function: 'SUM', path: 'total', is: { gt: 30.3 } }, ['bob']],
    [{ function: 'SUM', path: 'total', is: { equals: 30.3 } }, ['ada']],
    [{ function: 'AVERAGE', path: 'total', is: { lt: 16 } }, ['ada']],
    [{ function: 'MINIMUM', path: 'total', is: { lte: 10.1 } }, ['ada']],
    [{ function: 'MAXIMUM', path: 'total', is: { between: { from: 20, to: 40 } } }, ['ada', 'bob']],
    [{ function: 'DISTINCT', path: 'total', is: { gte: 2 } }, ['ada', 'eve']],
    [{ function: 'DISTINCT', path: 'total', is: { equals: 0 } }, ['joe']],
    [{ function: 'SUM', path: 'total', is: { exists: false } }, ['eve', 'joe']],
  ])('%j fits exactly those whom it says', async (aggregate, expected) => {
    await seed(tenant, [
      buys('ada', 10.1),
      buys('ada', 20.2),
      buys('ada', 'a text'),
      buys('bob', 40),
      buys('bob', 40),
      buys('eve', 'x'),
      buys('eve', 'y'),
      item({ external: 'joe' }, { attributes: { who: 'joe' } }),
    ]);
    expect(await fitting({ event: { type: 'buy', aggregate } })).toEqual(expected);
  });

  it('is kept up to date, over those events that count, and needs a count only where one is asked for', async () => {
    await createSegment(
      tenant,
      'spent',
      rule({ function: 'SUM', path: 'total', is: { gte: 50 } }, { withinLast: { days: 1 } }),
    );
    await createSegment(
      tenant,
      'often',
      rule({ function: 'SUM', path: 'total', is: { gte: 50 } }, { count: { atLeast: 2 } }),
    );
    const purchase = (total: number) =>
      seed(tenant, [event({ external: 'ada' }, 'purchase', { total }, { attributes: { who: 'ada' } })]);
    await purchase(50);
    expect([await members('spent'), await members('often')]).toEqual([['ada'], []]);
    await purchase(1);
    expect(await members('often')).toEqual(['ada']);
    clock.advance(DAY_MS);
    await eventually('what was spent is too long ago', async () => (await members('spent')).length === 0);
    expect(await members('often')).toEqual(['ada']);
  });

  it.each([
    [{ function: 'SUM', path: '', is: { gte: 1 } }, ['path']],
    [{ function: 'COUNT', path: 'total', is: { gte: 1 } }, ['path']],
  ])('%j is refused with its place', async (aggregate, path) => {
    const query = `query ($rule: RuleInput!) { previewSegment(rule: $rule) { count } }`;
    const { errors } = await gql(tenant, query, { rule: rule(aggregate) });
    expect(errors?.[0]?.extensions).toMatchObject({
      code: 'RULE_INVALID',
      argumentPath: ['rule', 'event', 'aggregate', ...path],
    });
  });

  it('says in plain English what it asks, and so do dates', async () => {
    await createSegment(tenant, 'all', {
      all: [
        rule({ function: 'SUM', path: 'total', is: { gte: 50 } }),
        { attribute: { key: 'contractEndDate', is: { withinNext: { days: 30 } } } },
        { attribute: { key: 'birthDate', is: { anniversaryWithinNext: { days: 7 } } } },
        { attribute: { key: 'renewalDate', is: { moreThanAgo: { days: 1 } } } },
      ],
    });
    const { segment } = expectNoErrors(await gql(tenant, '{ segment(key: "all") { summary } }'));
    expect(segment.summary).toBe(
      'People who have events of type purchase with a sum of total in USD that is at least 50, ' +
        'and have an attribute contractEndDate that is within the next 30 days, ' +
        'and have an attribute birthDate that has an anniversary within the next 7 days, ' +
        'and have an attribute renewalDate that was at least 1 day ago.',
    );
  });
});

it('builds nothing when a workspace is saved as it is', async () => {
  await createSegment(tenant, 'soon', { attribute: { key: 'at', is: { withinNext: { days: 1 } } } });
  await untilLive(tenant, 'soon');
  const builds = async () =>
    expectNoErrors(await gql(tenant, '{ runs(filter: { kinds: [BUILD] }) { nodes { id state } } }')).runs
      .nodes;
  const before = await builds();
  const said =
    'mutation { updateWorkspace(input: { timeZone: "UTC", currency: "USD" }) { userErrors { code } } }';
  expect(expectNoErrors(await gql(tenant, said)).updateWorkspace.userErrors).toEqual([]);
  expect(await builds()).toEqual(before);
  expect((await setTimeZone('Asia/Tokyo')).userErrors).toEqual([]);
  expect(await builds()).toHaveLength(before.length + 1);
});
