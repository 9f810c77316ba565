import {
  createSegment,
  defineEventType,
  event,
  expectError,
  expectNoErrors,
  gql,
  ManualClock,
  newKey,
  seed,
  snapshotTables,
  startServer,
} from '../kit/index.js';
import type { TestServer } from '../kit/index.js';

type Json = Record<string, unknown>;

let server: TestServer;
let ada: string;
/** Every scope but READ_PII. */
let blind: string;

const DERIVED = `mutation ($input: DefineDerivedAttributeInput!) { defineDerivedAttribute(input: $input) {
  derivedAttribute { isPersonal where { path is } } userErrors { code message path } } }`;

beforeAll(async () => {
  server = await startServer({ clock: new ManualClock('2026-03-01T12:00:00.000Z') });
  await defineEventType(server, {
    key: 'delivery',
    properties: [
      { key: 'note', type: 'TEXT', isPersonal: true },
      { key: 'email', type: 'TEXT', isPersonal: false },
      { key: 'receiver', type: 'JSON' },
    ],
  });
  [ada = ''] = await seed(server, [
    event(
      { external: 'ada', email: 'ada@example.com' },
      'delivery',
      {
        note: 'ring twice',
        email: 'shop@example.com',
        receiver: { name: 'Ada', plan: 'pro' },
        street: 'Main',
      },
      {
        attributes: {
          firstName: 'Ada',
          birthDate: '1815-03-10',
          nationalNumber: '85073003328',
          city: 'Ghent',
          customer: { email: 'ada@example.com', plan: 'pro' },
        },
        channels: [{ type: 'SMS', endpoint: '+32470123456' }],
      },
    ),
  ]);
  for (const [key, rest] of [
    ['last_street', { type: 'delivery', function: 'LAST', path: 'street' }],
    ['last_receiver', { type: 'delivery', function: 'LAST', path: 'receiver' }],
    [
      'deliveries_rung',
      { type: 'delivery', function: 'COUNT', where: [{ path: 'note', is: { contains: 'ring' } }] },
    ],
  ] as const)
    await define({ key, label: key, ...rest });
  blind = await newKey(server, ['INGEST', 'READ', 'SUBSCRIBE', 'EXPORT', 'MANAGE', 'ADMIN']);
});

async function define(input: Json, key = server.key) {
  return expectNoErrors(await gql(server, DERIVED, { input }, { key })).defineDerivedAttribute;
}

const attribute = (key: string, is: Json) => ({ attribute: { key, is } });
const delivery = (path: string, is: Json) => ({ event: { type: 'delivery', where: [{ path, is }] } });
const aggregate = (name: string, path: string, is: Json) => ({
  event: { type: 'delivery', aggregate: { function: name, path, is } },
});

const PERSONAL: [rule: Json, path: string[]][] = [
  [attribute('nationalNumber', { startsWith: '8' }), ['attribute', 'key']],
  [attribute('birthDate', { gt: '1815' }), ['attribute', 'key']],
  [attribute('birthDate', { anniversaryWithinNext: { days: 9 } }), ['attribute', 'key']],
  [attribute('firstName', { in: ['Ada'] }), ['attribute', 'key']],
  [attribute('firstName', { exists: true }), ['attribute', 'key']],
  [attribute('e-mail', { notEquals: 'x' }), ['attribute', 'key']],
  [attribute('customer.phone', { contains: '1' }), ['attribute', 'key']],
  [attribute('customer', { equals: { email: 'ada@example.com', plan: 'pro' } }), ['attribute', 'key']],
  [{ identifier: { namespace: 'email' } }, ['identifier', 'namespace']],
  [{ identifier: { namespace: 'phone', isVerified: true } }, ['identifier', 'namespace']],
  [{ identifier: { namespace: 'email', value: 'ada@example.com' } }, ['identifier', 'value']],
  [{ identifier: { namespace: 'external', value: 'ada' } }, ['identifier', 'value']],
  [delivery('note', { contains: 'r' }), ['event', 'where', '0', 'path']],
  [delivery('street', { equals: 'Main' }), ['event', 'where', '0', 'path']],
  [delivery('receiver.name', { equals: 'Ada' }), ['event', 'where', '0', 'path']],
  [delivery('receiver', { equals: { name: 'Ada', plan: 'pro' } }), ['event', 'where', '0', 'path']],
  [aggregate('LAST', 'note', { equals: 'x' }), ['event', 'aggregate', 'path']],
  [aggregate('DISTINCT', 'street', { equals: 1 }), ['event', 'aggregate', 'path']],
  [aggregate('LAST_AT', 'street', { exists: true }), ['event', 'aggregate', 'path']],
  [
    {
      event: {
        type: 'purchase',
        notFollowedBy: {
          type: 'delivery',
          within: { days: 1 },
          where: [{ path: 'note', is: { equals: 'x' } }],
        },
      },
    },
    ['event', 'notFollowedBy', 'where', '0', 'path'],
  ],
  [{ derived: { key: 'last_street', is: { equals: 'Main' } } }, ['derived', 'key']],
  [{ derived: { key: 'deliveries_rung', is: { gte: 1 } } }, ['derived', 'key']],
  [{ derived: { key: 'last_receiver', is: { in: [{ name: 'Ada', plan: 'pro' }] } } }, ['derived', 'key']],
];

const PLAIN: Json[] = [
  attribute('city', { equals: 'Ghent' }),
  attribute('customer', { exists: true }),
  { identifier: { namespace: 'external' } },
  { identifier: { namespace: 'device', isVerified: true } },
  { channel: { type: 'SMS' } },
  delivery('email', { endsWith: '@example.com' }),
  delivery('receiver.plan', { equals: 'pro' }),
  { event: { type: 'delivery', count: { atLeast: 1 } } },
  aggregate('COUNT', '', { gte: 1 }),
  { derived: { key: 'last_receiver', is: { exists: true } } },
  { derived: { key: 'purchase_count', is: { equals: 0 } } },
];

const PREVIEW = 'query ($rule: RuleInput!) { previewSegment(rule: $rule) { count sample { id } } }';
const WHERE = 'query ($rule: RuleInput!) { profiles(where: $rule) { totalCount nodes { id } } }';
const EXPLAIN_RULE =
  'query ($rule: RuleInput!, $id: ID!) { explainSegment(audience: { rule: $rule }, profileId: $id) { isMatch } }';
const COMPARE = 'query ($input: UpdateSegmentInput!) { previewSegmentUpdate(input: $input) { enters } }';
const CREATE =
  'mutation ($input: CreateSegmentInput!) { createSegment(input: $input) { segment { key } userErrors { code } } }';
const UPDATE =
  'mutation ($input: UpdateSegmentInput!) { updateSegment(input: $input) { segment { key } userErrors { code } } }';

/** Everywhere that a rule can be given, with the path of the rule there. */
const PLACES: [name: string, query: string, variables: (rule: Json) => Json, path: string[]][] = [
  ['previewSegment', PREVIEW, (rule) => ({ rule }), ['rule']],
  ['profiles', WHERE, (rule) => ({ rule }), ['where']],
  ['explainSegment', EXPLAIN_RULE, (rule) => ({ rule, id: ada }), ['audience', 'rule']],
  ['previewSegmentUpdate', COMPARE, (rule) => ({ input: { key: 'everybody', rule } }), ['input', 'rule']],
  [
    'previewSegmentUpdate, to leave',
    COMPARE,
    (exitRule) => ({ input: { key: 'everybody', exitRule } }),
    ['input', 'exitRule'],
  ],
  ['createSegment', CREATE, (rule) => ({ input: { key: 'new', name: 'x', rule } }), ['input', 'rule']],
  [
    'createSegment, to leave',
    CREATE,
    (exitRule) => ({ input: { key: 'new', name: 'x', rule: { all: [] }, exitRule } }),
    ['input', 'exitRule'],
  ],
  ['updateSegment', UPDATE, (rule) => ({ input: { key: 'everybody', rule } }), ['input', 'rule']],
  [
    'updateSegment, to leave',
    UPDATE,
    (exitRule) => ({ input: { key: 'everybody', exitRule } }),
    ['input', 'exitRule'],
  ],
];

describe('a rule over personal values, without READ_PII', () => {
  beforeAll(async () => {
    await createSegment(server, 'everybody', { all: [] });
  });

  it.each(PERSONAL)('is refused: %j', async (rule, path) => {
    const error = expectError(await gql(server, PREVIEW, { rule }, { key: blind }), 'FORBIDDEN');
    expect(error.extensions).toMatchObject({ scope: 'READ_PII', argumentPath: ['rule', ...path] });
    expectNoErrors(await gql(server, PREVIEW, { rule }));
  });

  it.each(PLACES)(
    'is refused wherever it is given, and changes nothing: %s',
    async (_name, query, variables, here) => {
      const before = await snapshotTables(server);
      const rule = { all: [{ any: [] }, { not: attribute('firstName', { equals: 'Ada' }) }] };
      const error = expectError(await gql(server, query, variables(rule), { key: blind }), 'FORBIDDEN');
      expect(error.extensions).toMatchObject({
        scope: 'READ_PII',
        argumentPath: [...here, 'all', '1', 'not', 'attribute', 'key'],
      });
      expect(await snapshotTables(server)).toEqual(before);
    },
  );

  it.each(PLAIN)('is taken where it asks for nothing personal: %j', async (rule) => {
    for (const [, query, variables] of PLACES.slice(0, 4))
      expectNoErrors(await gql(server, query, variables(rule), { key: blind }));
  });
});

describe('a derived attribute over personal values, without READ_PII', () => {
  it.each<[Json, string[]]>([
    [{ function: 'FIRST', path: 'street' }, ['path']],
    [{ function: 'MAXIMUM', path: 'customer.phone' }, ['path']],
    [{ type: 'delivery', function: 'DISTINCT_LIST', path: 'note' }, ['path']],
    [{ function: 'LAST', path: 'note' }, ['path']],
    [
      { type: 'delivery', function: 'COUNT', where: [{ path: 'note', is: { exists: true } }] },
      ['where', '0', 'path'],
    ],
  ])('cannot be defined: %j', async (rest, path) => {
    const before = await snapshotTables(server);
    const input = { key: 'mine', label: 'Mine', ...rest };
    const error = expectError(await gql(server, DERIVED, { input }, { key: blind }), 'FORBIDDEN');
    expect(error.extensions).toMatchObject({ scope: 'READ_PII', argumentPath: ['input', ...path] });
    expect(await snapshotTables(server)).toEqual(before);
  });

  it('can be renamed, and not changed', async () => {
    const update = `mutation ($input: UpdateDerivedAttributeInput!) { updateDerivedAttribute(input: $input) { derivedAttribute { label } userErrors { code } } }`;
    const change = (rest: Json) =>
      gql(server, update, { input: { key: 'deliveries_rung', ...rest } }, { key: blind });
    expect(expectNoErrors(await change({ label: 'Rung' })).updateDerivedAttribute.derivedAttribute).toEqual({
      label: 'Rung',
    });
    expectError(await change({ withinLast: { days: 1 } }), 'FORBIDDEN');
  });

  it('shows neither its value nor what it compares with', async () => {
    const query = `query ($id: ID!) { derivedAttributes { key isPersonal where { path is } }
      profile(id: $id) { derived { key value isMasked money { amount } } } }`;
    const shown = async (key: string) => {
      const data = expectNoErrors(await gql(server, query, { id: ada }, { key }));
      const own = ({ key: name }: { key: string }) =>
        name.startsWith('deliveries') || name.startsWith('last_r') || name === 'last_street';
      return [data.derivedAttributes.filter(own), data.profile.derived.filter(own)];
    };
    expect(await shown(blind)).toEqual([
      [
        { key: 'deliveries_rung', isPersonal: true, where: [{ path: 'note', is: { contains: '***' } }] },
        { key: 'last_receiver', isPersonal: false, where: [] },
        { key: 'last_street', isPersonal: true, where: [] },
      ],
      [
        { key: 'deliveries_rung', value: null, isMasked: true, money: null },
        { key: 'last_receiver', value: { name: '***', plan: 'pro' }, isMasked: true, money: null },
        { key: 'last_street', value: null, isMasked: true, money: null },
      ],
    ]);
    expect(await shown(server.key)).toMatchObject([
      [{ where: [{ path: 'note', is: { contains: 'ring' } }] }, {}, {}],
      [{ value: 1 }, { value: { name: 'Ada', plan: 'pro' } }, { value: 'Main' }],
    ]);
  });
});

describe('a segment over personal values, without READ_PII', () => {
  const secret = {
    all: [
      attribute('birthDate', { anniversaryWithinNext: { days: 17 } }),
      attribute('nationalNumber', { startsWith: '8507' }),
      attribute('firstName', { in: ['Ada', 'Bob'] }),
      attribute('birthDate', { between: { from: '1815-01-02', to: '1815-12-30' } }),
      attribute('customer', { notEquals: { email: 'bob@example.com' } }),
      attribute('firstName', { exists: true }),
      { identifier: { namespace: 'email', value: 'Ada@example.com' } },
      delivery('note', { contains: 'twice' }),
      aggregate('LAST', 'street', { equals: 'Main' }),
      { derived: { key: 'deliveries_rung', is: { gte: 1 } } },
      { not: { any: [attribute('city', { equals: 'Bruges' })] } },
    ],
  };
  const masked = {
    all: [
      attribute('birthDate', { anniversaryWithinNext: { days: '***' } }),
      attribute('nationalNumber', { startsWith: '***' }),
      attribute('firstName', { in: ['***'] }),
      attribute('birthDate', { between: { from: '***', to: '***' } }),
      attribute('customer', { notEquals: { email: '***' } }),
      attribute('firstName', { exists: true }),
      { identifier: { namespace: 'email', value: '***' } },
      delivery('note', { contains: '***' }),
      aggregate('LAST', 'street', { equals: '***' }),
      { derived: { key: 'deliveries_rung', is: { gte: '***' } } },
      { not: { any: [attribute('city', { equals: 'Bruges' })] } },
    ],
  };
  const summary =
    'People who have an attribute birthDate that has an anniversary within the next ***, and have an attribute nationalNumber that starts with ***, and have an attribute firstName that is one of ***, and have an attribute birthDate that is between ***, and have an attribute customer that is not ***, and have an attribute firstName that is known, and have an identifier of the namespace email that is ***, and have at least 1 event of type delivery where note contains ***, and have events of type delivery with a last value of street that is ***, and have a derived attribute deliveries_rung that is at least ***, and do not have an attribute city that is "Bruges".';

  const EXPLAIN = `query ($audience: AudienceInput!, $id: ID!) { explainSegment(audience: $audience, profileId: $id) {
    isMatch summary nextChangeAt nodes { path text isMatch seen nextChangeAt } } }`;
  const explain = async (audience: Json, key = blind) =>
    expectNoErrors(await gql(server, EXPLAIN, { id: ada, audience }, { key })).explainSegment;

  beforeAll(async () => {
    await createSegment(server, 'secret', secret);
    await createSegment(server, 'of-secret', { all: [{ segment: { key: 'secret' } }] });
    const exit = { all: [attribute('firstName', { equals: 'Zed' })] };
    expectNoErrors(await gql(server, UPDATE, { input: { key: 'of-secret', exitRule: exit } }));
  });

  it('hides what it compares them with in rules, summaries and versions, and nothing else', async () => {
    const query = `{ secret: segment(key: "secret") { rule summary versions { nodes { rule } } }
      other: segment(key: "of-secret") { rule exitRule summary versions(first: 1) { nodes { exitRule } } } }`;
    const { secret: one, other } = expectNoErrors(await gql(server, query, {}, { key: blind }));
    expect(one).toEqual({ rule: masked, summary, versions: { nodes: [{ rule: masked }] } });
    const exit = { all: [attribute('firstName', { equals: '***' })] };
    expect(other).toMatchObject({
      rule: { all: [{ segment: { key: 'secret' } }] },
      exitRule: exit,
      versions: { nodes: [{ exitRule: exit }] },
    });
    expect(other.summary).not.toMatch(/Zed/);
    const whole = expectNoErrors(await gql(server, query)).secret;
    expect(whole).toMatchObject({ rule: secret, versions: { nodes: [{ rule: secret }] } });
    expect(whole.summary).toMatch(/8507.*"Ada", "Bob"/);
  });

  it('still tells who belongs to it', async () => {
    const query =
      '{ segment(key: "secret") { size members { nodes { id } } } profiles(where: { segment: { key: "secret" } }) { totalCount } }';
    expect(expectNoErrors(await gql(server, query, {}, { key: blind }))).toEqual({
      segment: { size: 1, members: { nodes: [{ id: ada }] } },
      profiles: { totalCount: 1 },
    });
  });

  it('is explained as far as membership tells: whether the person matches the whole', async () => {
    const explained = await explain({ segment: 'secret' });
    expect(explained).toMatchObject({ isMatch: true, summary, nextChangeAt: null });
    expect(explained.nodes[0]).toMatchObject({ path: [], isMatch: true, nextChangeAt: null });
    const below = explained.nodes.slice(1, 11);
    for (const node of below) expect(node).toMatchObject({ isMatch: null, nextChangeAt: null });
    expect(below.map(({ seen }: { seen: unknown }) => seen)).toEqual(Array(10).fill('***'));
    expect(explained.nodes.slice(11)).toMatchObject([
      { path: ['all', '10'], isMatch: true },
      { isMatch: false },
      { isMatch: false, seen: 'Ghent' },
    ]);
    expect(JSON.stringify(explained)).not.toMatch(/8507|"Ada|Bob|1815|twice|Main|17/);
  });

  it('is explained whole to a key with READ_PII', async () => {
    const { nextChangeAt, nodes } = await explain({ segment: 'secret' }, server.key);
    expect(nextChangeAt).toBe('2026-03-11T00:00:00.000Z');
    expect(nodes[1]).toMatchObject({ isMatch: true, seen: '1815-03-10', nextChangeAt });
  });

  it('tells no more inside another rule', async () => {
    const rule = { any: [{ segment: { key: 'secret' } }, attribute('city', { equals: 'Ypres' })] };
    const { isMatch, nextChangeAt, nodes } = await explain({ rule });
    expect({ isMatch, nextChangeAt }).toEqual({ isMatch: true, nextChangeAt: null });
    const [whole, segment, inside, first] = nodes;
    expect(whole).toMatchObject({ isMatch: true });
    expect(segment).toMatchObject({ path: ['any', '0'], isMatch: true, nextChangeAt: null });
    expect(inside).toMatchObject({ isMatch: null });
    expect(first).toMatchObject({ isMatch: null, seen: '***', nextChangeAt: null });
    expect(JSON.stringify(nodes)).not.toMatch(/8507|"Ada|Bob|1815|twice|Main/);
  });

  it('cannot be previewed with another rule while it is left by a personal one', async () => {
    const query = '{ previewSegmentUpdate(input: { key: "of-secret", rule: { all: [] } }) { enters } }';
    const error = expectError(await gql(server, query, {}, { key: blind }), 'FORBIDDEN');
    expect(error.extensions.argumentPath).toEqual(['input', 'exitRule', 'all', '0', 'attribute', 'key']);
  });

  it.each<[string, unknown]>([
    ['right', secret],
    ['wrong', { all: [attribute('nationalNumber', { startsWith: '9' })] }],
  ])('does not tell whether a guess of its rule is %s', async (_how, rule) => {
    expectError(await gql(server, UPDATE, { input: { key: 'secret', rule } }, { key: blind }), 'FORBIDDEN');
  });

  it('can be renamed and paused', async () => {
    const change = { key: 'of-secret', name: 'Renamed', targetState: 'PAUSED' };
    const { updateSegment } = expectNoErrors(await gql(server, UPDATE, { input: change }, { key: blind }));
    expect(updateSegment.userErrors).toEqual([]);
  });
});

let told = 0;

it.each<[string, Json]>([
  ['an attribute', attribute('secretTier', { equals: 'secret-value' })],
  ['an attribute, in a list', { not: attribute('secretTier', { in: ['gold', 'secret-value'] }) }],
  ['a property', delivery('secretTier', { notEquals: 'secret-value' })],
  [
    'a property of what follows',
    {
      event: {
        type: 'delivery',
        followedBy: {
          type: 'delivery',
          within: { hours: 1 },
          where: [{ path: 'secretTier', is: { equals: 'secret-value' } }],
        },
      },
    },
  ],
])('what is wrong with the value of %s is not told to a key without READ_PII', async (_, rule) => {
  const SET_UP = `mutation {
    defineAttribute(input: { key: "secretTier", type: TEXT, isPersonal: true, allowedValues: ["gold", "secret-valve"] }) { userErrors { code } }
    updateEventType(input: { key: "delivery", properties: [
      { key: "note", type: TEXT, isPersonal: true }, { key: "email", type: TEXT, isPersonal: false }, { key: "receiver", type: JSON },
      { key: "secretTier", type: TEXT, isPersonal: true, allowedValues: ["gold", "secret-valve"] }] }) { userErrors { code } } }`;
  expectNoErrors(await gql(server, SET_UP));
  const key = `told-${(told += 1)}`;
  await createSegment(server, key, rule);
  const ASK =
    'query ($key: String!, $id: ID!) { explainSegment(audience: { segment: $key }, profileId: $id) { summary warnings { code message path } nodes { text } } segment(key: $key) { rule summary } }';
  const answer = await gql(server, ASK, { key, id: ada }, { key: blind });
  expect(expectNoErrors(answer).explainSegment.warnings).toEqual([]);
  expect(JSON.stringify(answer.data)).not.toMatch(/secret-val|gold/);
});
