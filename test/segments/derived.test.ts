import fc from 'fast-check';
import {
  asAdmin,
  createSegment,
  event,
  eventually,
  expectNoErrors,
  gql,
  ManualClock,
  newTenant,
  seed,
  snapshotTables,
  startServer,
  untilLive,
} from '../kit/index.js';
import type { TestServer } from '../kit/index.js';

const DAY = (day: number) => `2026-02-0${day}T00:00:00.000Z`;

let server: TestServer;
let clock: ManualClock;
let tenant: TestServer;

beforeAll(async () => {
  clock = new ManualClock('2026-03-01T00:00:00.000Z');
  server = await startServer({ clock });
});

beforeEach(async () => {
  clock.set('2026-03-01T00:00:00.000Z');
  tenant = { ...server, ...(await newTenant(server)) };
});

async function derivedOf(who: string, keys: string[] | null = null, namespace = 'external') {
  const query = `query ($who: String!, $keys: [String!], $namespace: String!) {
    profileByIdentifier(namespace: $namespace, value: $who) { derived(keys: $keys) { key value } } }`;
  const { profileByIdentifier } = expectNoErrors(await gql(tenant, query, { who, keys, namespace }));
  return Object.fromEntries(
    profileByIdentifier.derived.map(({ key, value }: { key: string; value: unknown }) => [key, value]),
  );
}

async function call(verb: string, input: Record<string, unknown>) {
  const type = `${verb[0]?.toUpperCase()}${verb.slice(1)}Input!`;
  const query = `mutation ($input: ${type}) { ${verb}(input: $input) { derivedAttribute { key label type function path where { path is } withinLast { days hours minutes } isShipped } userErrors { code message path } } }`;
  const whatever = verb.startsWith('delete') ? {} : { allowUndefined: true };
  return expectNoErrors(await gql(tenant, query, { input: { ...whatever, ...input } }))[verb];
}

async function members(key: string): Promise<string[]> {
  await untilLive(tenant, key);
  const query = `query ($key: String!) { segment(key: $key) { members { nodes { identifiers { nodes { value } } } } } }`;
  const { segment } = expectNoErrors(await gql(tenant, query, { key }));
  return segment.members.nodes
    .map((node: { identifiers: { nodes: { value: string }[] } }) => node.identifiers.nodes[0]?.value)
    .sort();
}

const did = (who: string, type: string, properties: Record<string, unknown>, occurredAt?: string) =>
  event({ external: who }, type, properties, { occurredAt });

it('takes a part of a duration that is null for none, also in what older versions have stored', async () => {
  const input = { key: 'lately', type: 'purchase', function: 'COUNT', withinLast: { days: 30, hours: null } };
  const withinLast = { days: 30, hours: 0, minutes: 0 };
  expect(await call('defineDerivedAttribute', input)).toMatchObject({
    ...{ derivedAttribute: { withinLast }, userErrors: [] },
  });
  await asAdmin(tenant.databaseUrl, (admin) =>
    admin.query(
      `update definition set body = jsonb_set(body, '{withinLast}', '{"days": 30, "hours": null}')
      where workspace_id = $1 and key = 'lately'`,
      [tenant.workspaceId],
    ),
  );
  await call('defineDerivedAttribute', { key: 'ever', type: 'purchase', function: 'COUNT' });
  const query = '{ derivedAttributes { key withinLast { days hours minutes } } }';
  const { derivedAttributes } = expectNoErrors(await gql(tenant, query));
  expect(derivedAttributes).toEqual(
    expect.arrayContaining([
      { key: 'lately', withinLast },
      { key: 'ever', withinLast: null },
    ]),
  );
});

it('those that are shipped are what the events say, whatever order they come in', async () => {
  await seed(tenant, [did('stranger', 'undefined', {}, DAY(1))]);
  await seed(tenant, [
    did('ada', 'purchase', { total: 20.2 }, DAY(3)),
    did('ada', 'purchase', { total: 10.1 }, DAY(1)),
    did('ada', 'purchase', {}, DAY(2)),
    did('ada', 'tier_changed', { tier: 'gold' }, DAY(5)),
    did('ada', 'tier_changed', { tier: 'silver' }, DAY(4)),
    did('ada', 'tier_changed', {}, DAY(6)),
    did('ada', 'service_contact', { sentiment: 'negative' }, DAY(7)),
    did('ada', 'survey_response', { sentiment: 'positive' }, DAY(6)),
  ]);
  expect(await derivedOf('ada')).toEqual({
    average_order_value: 15.15,
    current_tier: 'gold',
    first_purchase_at: DAY(1),
    last_purchase_at: DAY(3),
    last_seen_at: DAY(7),
    last_sentiment: 'negative',
    last_service_contact_at: DAY(7),
    net_spend: 30.3,
    net_spend_by_currency: { USD: 30.3 },
    purchase_count: 3,
    spend_by_currency: { USD: 30.3 },
    total_spend: 30.3,
  });
  expect(await derivedOf('stranger')).toEqual({
    average_order_value: null,
    current_tier: null,
    first_purchase_at: null,
    last_purchase_at: null,
    last_seen_at: DAY(1),
    last_sentiment: null,
    last_service_contact_at: null,
    net_spend: null,
    net_spend_by_currency: null,
    purchase_count: 0,
    spend_by_currency: null,
    total_spend: null,
  });
});

it('the example of the contract works word for word, and its members come and go', async () => {
  const example = `mutation { createSegment(input: { key: "lapsing-big-spenders", name: "Lapsing big spenders", rule: { all: [
    { derived: { key: "total_spend", is: { gte: 500 } } },
    { not: { event: { type: "purchase", withinLast: { days: 30 } } } },
    { attribute: { key: "contractEndDate", is: { withinNext: { days: 30 } } } },
    { channel: { type: EMAIL, consent: GRANTED } } ] } }) { segment { id state size } userErrors { code path message } } }`;
  expect(expectNoErrors(await gql(tenant, example)).createSegment).toEqual({
    segment: { id: expect.stringMatching(/^segment_/), state: 'BUILDING', size: 0 },
    userErrors: [],
  });
  await untilLive(tenant, 'lapsing-big-spenders');
  const channels = [{ type: 'EMAIL', endpoint: 'ada@example.com', consents: [{ state: 'GRANTED' }] }];
  const attributes = { contractEndDate: '2026-03-31' };
  await seed(tenant, [
    event({ external: 'ada' }, 'purchase', { total: 600 }, { attributes, channels, occurredAt: DAY(5) }),
    event({ external: 'bob' }, 'purchase', { total: 600 }, { attributes, occurredAt: DAY(5) }),
    event({ external: 'eve' }, 'purchase', { total: 400 }, { attributes, channels, occurredAt: DAY(5) }),
  ]);
  expect(await members('lapsing-big-spenders')).toEqual([]);
  clock.set('2026-03-07T00:00:00.000Z');
  await eventually('ada lapses', async () => (await members('lapsing-big-spenders'))[0] === 'ada');
  await seed(tenant, [did('eve', 'purchase', { total: 100 }, DAY(4))]);
  expect(await members('lapsing-big-spenders')).toEqual(['ada', 'eve']);
  await seed(tenant, [did('ada', 'purchase', { total: 1 })]);
  expect(await members('lapsing-big-spenders')).toEqual(['eve']);
  clock.set('2026-03-31T00:00:00.000Z');
  await eventually(
    'the contract of eve has ended',
    async () => (await members('lapsing-big-spenders')).length === 0,
  );
});

it('one of a window, with conditions, changes as time passes, and so do its segments', async () => {
  const where = [{ path: 'category', is: { equals: 'books' } }];
  const definition = {
    key: 'recent_books',
    label: 'Recent books',
    type: 'purchase',
    function: 'SUM',
    path: 'total',
  };
  expect(
    await call('defineDerivedAttribute', {
      ...definition,
      where,
      withinLast: { days: 10 },
      allowUndefined: true,
    }),
  ).toEqual({
    derivedAttribute: {
      ...definition,
      where,
      withinLast: { days: 10, hours: 0, minutes: 0 },
      isShipped: false,
    },
    userErrors: [],
  });
  await createSegment(tenant, 'readers', { derived: { key: 'recent_books', is: { gte: 10 } } });
  await createSegment(tenant, 'gone', {
    derived: { key: 'last_purchase_at', is: { moreThanAgo: { days: 12 } } },
  });
  await seed(tenant, [
    did('ada', 'purchase', { total: 6, category: 'books' }, '2026-02-20T00:00:00.000Z'),
    did('ada', 'purchase', { total: 6, category: 'books' }, '2026-02-21T00:00:00.000Z'),
    did('ada', 'purchase', { total: 60, category: 'toys' }, '2026-02-21T00:00:00.000Z'),
  ]);
  expect([await derivedOf('ada', ['recent_books']), await members('readers'), await members('gone')]).toEqual(
    [{ recent_books: 12 }, ['ada'], []],
  );
  clock.set('2026-03-02T00:00:00.000Z');
  await eventually('the first is too long ago', async () => (await members('readers')).length === 0);
  expect(await derivedOf('ada', ['recent_books'])).toEqual({ recent_books: 6 });
  clock.set('2026-03-05T00:00:00.000Z');
  await eventually('ada is gone', async () => (await members('gone'))[0] === 'ada');
});

it('is equal to a recomputation after late events, merges and undos', async () => {
  const kinds = {
    COUNT: (all: number[]) => all.length,
    SUM: (all: number[]) => (all.length > 0 ? all.reduce((sum, one) => sum + one, 0) : null),
    MINIMUM: (all: number[]) => (all.length > 0 ? Math.min(...all) : null),
    MAXIMUM: (all: number[]) => (all.length > 0 ? Math.max(...all) : null),
    DISTINCT: (all: number[]) => new Set(all).size,
    DISTINCT_LIST: (all: number[]) => (all.length > 0 ? [...new Set(all)].sort((a, b) => a - b) : null),
    FIRST: (all: number[]) => all[0] ?? null,
    LAST: (all: number[]) => all.at(-1) ?? null,
    MOST_FREQUENT: (all: number[]) => {
      const counts = Map.groupBy(
        all.toSorted((a, b) => a - b),
        (one) => one,
      );
      return [...counts].sort(([, a], [, b]) => b.length - a.length)[0]?.[0] ?? null;
    },
  };
  for (const name of Object.keys(kinds)) {
    const path = name === 'COUNT' ? null : 'n';
    const input = {
      key: name.toLowerCase(),
      label: name,
      type: 'move',
      function: name,
      path,
      allowUndefined: true,
    };
    expect((await call('defineDerivedAttribute', input)).userErrors).toEqual([]);
  }
  let run = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ n: fc.integer({ min: 1, max: 4 }), at: fc.nat(1_000), isMine: fc.boolean() }), {
        minLength: 1,
        maxLength: 8,
      }),
      async (moves) => {
        run += 1;
        const [one, two] = [`one-${run}`, `two-${run}`];
        const instants = new Set(moves.map(({ at }) => at));
        fc.pre(instants.size === moves.length);
        const plainly = (all: typeof moves) => {
          const values = all.toSorted((a, b) => a.at - b.at).map(({ n }) => n);
          return Object.fromEntries(
            Object.entries(kinds).map(([name, of]) => [name.toLowerCase(), of(values)]),
          );
        };
        const keys = Object.keys(kinds).map((name) => name.toLowerCase());
        const at = (ms: number) => new Date(Date.UTC(2026, 0, 1) + ms).toISOString();
        const send = (move: (typeof moves)[number]) =>
          event({ device: move.isMine ? one : two }, 'move', { n: move.n }, { occurredAt: at(move.at) });
        await seed(tenant, moves.map(send));
        const linking = event({ device: one }, 'link');
        linking.identifiers.push({ namespace: 'device', value: two });
        await seed(tenant, [linking]);
        expect(await derivedOf(one, keys, 'device')).toEqual(plainly(moves));
        const { merges } = expectNoErrors(
          await gql(tenant, '{ merges(first: 1) { nodes { id undoneAt } } }'),
        );
        if (moves.every(({ isMine }) => isMine) || moves.every(({ isMine }) => !isMine)) return;
        const undo = `mutation ($id: ID!) { unmergeProfiles(input: { mergeId: $id }) { userErrors { code } } }`;
        expect(expectNoErrors(await gql(tenant, undo, merges.nodes[0])).unmergeProfiles.userErrors).toEqual(
          [],
        );
        expect(await derivedOf(two, keys, 'device')).toEqual(plainly(moves.filter(({ isMine }) => !isMine)));
        expect(await derivedOf(one, keys, 'device')).toEqual(plainly(moves.filter(({ isMine }) => isMine)));
      },
    ),
    { numRuns: 40, endOnFailure: true },
  );
}, 60_000);

describe('a derived attribute', () => {
  it('that changes takes its segments along; one that is used cannot be deleted', async () => {
    await call('defineDerivedAttribute', {
      key: 'spent',
      label: 'Spent',
      type: 'purchase',
      function: 'SUM',
      path: 'total',
    });
    await createSegment(tenant, 'spenders', { derived: { key: 'spent', is: { gte: 10 } } });
    await seed(tenant, [did('ada', 'purchase', { total: 10 }), did('bob', 'refund', { total: 10 })]);
    expect(await members('spenders')).toEqual(['ada']);
    await call('updateDerivedAttribute', { key: 'spent', type: 'refund' });
    expect(await members('spenders')).toEqual(['bob']);
    expect((await call('deleteDerivedAttribute', { key: 'spent' })).userErrors).toMatchObject([
      { code: 'DEFINITION_IN_USE', path: ['input', 'key'] },
    ]);
    await call('updateDerivedAttribute', { key: 'total_spend', path: 'amount', allowUndefined: true });
    expect((await call('deleteDerivedAttribute', { key: 'total_spend' })).derivedAttribute.path).toBe(
      'total',
    );
  });

  it.each([
    ['defineDerivedAttribute', { key: 'total_spend', label: 'x', function: 'COUNT' }, 'KEY_TAKEN', 'key'],
    ['defineDerivedAttribute', { key: 'No', label: 'x', function: 'COUNT' }, 'KEY_INVALID', 'key'],
    ['defineDerivedAttribute', { key: 'x', label: '', function: 'COUNT' }, 'REQUIRED', 'label'],
    ['defineDerivedAttribute', { key: 'x', label: 'x', function: 'SUM' }, 'RULE_INVALID', 'path'],
    [
      'defineDerivedAttribute',
      { key: 'x', label: 'x', function: 'COUNT', path: 'n' },
      'RULE_INVALID',
      'path',
    ],
    [
      'defineDerivedAttribute',
      { key: 'x', label: 'x', function: 'COUNT', where: [{ path: '', is: { equals: 1 } }] },
      'RULE_INVALID',
      'where.0.path',
    ],
    [
      'defineDerivedAttribute',
      { key: 'x', label: 'x', function: 'COUNT', withinLast: {} },
      'RULE_INVALID',
      'withinLast',
    ],
    ['updateDerivedAttribute', { key: 'none' }, 'DEFINITION_UNKNOWN', 'key'],
    ['deleteDerivedAttribute', { key: 'total_spend' }, 'DEFINITION_SHIPPED', 'key'],
  ])('refuses %s of %j', async (verb, input, code, path) => {
    const before = await snapshotTables(tenant);
    expect((await call(verb, input)).userErrors).toMatchObject([
      { code, path: ['input', ...path.split('.')] },
    ]);
    expect(await snapshotTables(tenant)).toEqual(before);
  });

  it('that is none is refused in rules, with its place', async () => {
    const query = `query ($rule: RuleInput!) { previewSegment(rule: $rule) { count } }`;
    const rule = { not: { derived: { key: 'none', is: { gte: 1 } } } };
    const { errors } = await gql(tenant, query, { rule });
    expect(errors?.[0]?.extensions).toMatchObject({
      code: 'RULE_INVALID',
      argumentPath: ['rule', 'not', 'derived', 'key'],
    });
  });
});
