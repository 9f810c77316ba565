import {
  createSegment,
  defineEventType,
  event,
  expectNoErrors,
  gql,
  newKey,
  newTenant,
  seed,
  startServer,
  untilLive,
} from '../kit/index.js';
import type { TestServer } from '../kit/index.js';

let server: TestServer;
let tenant: TestServer;
let ada: string;

const PREVIEW =
  'query ($rule: RuleInput!) { previewSegment(rule: $rule) { summary sample { id } warnings { code } } }';

beforeAll(async () => {
  server = await startServer();
});

beforeEach(async () => {
  tenant = { ...server, ...(await newTenant(server)) };
  [ada = ''] = await seed(tenant, [
    event({ external: 'ada' }, 'page', {
      'gtm.uniqueEventId': 7,
      'a.b': { 'c.d': 'deep', e: 1 },
      both: { in: 'object' },
      'both.in': 'key',
      'say "hi".now': true,
      'back\\slash.x': 1,
      '"quoted"': 2,
      plain: { inner: 3 },
    }),
    event({ external: 'bea' }, 'page', { plain: {} }),
  ]);
});

const where = (path: string, is: object) => ({ event: { type: 'page', where: [{ path, is }] } });
const preview = async (rule: object) => expectNoErrors(await gql(tenant, PREVIEW, { rule })).previewSegment;

it.each<[string, object]>([
  ['"gtm.uniqueEventId"', { equals: 7 }],
  ['gtm.uniqueEventId', { gte: 7 }],
  ['"a.b"."c.d"', { startsWith: 'de' }],
  ['"a.b".e', { equals: 1 }],
  ['a.b.e', { equals: 1 }],
  ['both.in', { equals: 'object' }],
  ['"both.in"', { equals: 'key' }],
  ['"say \\"hi\\".now"', { equals: true }],
  ['"back\\\\slash.x"', { equals: 1 }],
  ['back\\slash.x', { equals: 1 }],
  ['"\\"quoted\\""', { equals: 2 }],
  ['plain.inner', { equals: 3 }],
  ['"plain".inner', { equals: 3 }],
])('%s is asked for in a rule, in a figure and in a derived attribute', async (path, is) => {
  const found = { sample: [{ id: ada }], warnings: [] };
  expect(await preview(where(path, is))).toMatchObject(found);
  const figure = { event: { type: 'page', aggregate: { function: 'LAST', path, is } } };
  expect(await preview(figure)).toMatchObject(found);
  const DEFINE = `mutation ($input: DefineDerivedAttributeInput!) { defineDerivedAttribute(input: $input) { userErrors { message } } }`;
  const input = { key: 'd', label: 'D', function: 'LAST', type: 'page', path, where: [{ path, is }] };
  expect(expectNoErrors(await gql(tenant, DEFINE, { input })).defineDerivedAttribute.userErrors).toEqual([]);
  await createSegment(tenant, 'x', { all: [where(path, is), { derived: { key: 'd', is } }] });
  const { segment } = expectNoErrors(await gql(tenant, '{ segment(key: "x") { members { nodes { id } } } }'));
  expect(segment.members.nodes).toEqual([{ id: ada }]);
});

it('is saved with its quotes, so that what comes later does not change what it means', async () => {
  await createSegment(tenant, 'x', where('gtm.uniqueEventId', { equals: 7 }));
  await seed(tenant, [event({ external: 'bea' }, 'page', { gtm: { uniqueEventId: 7 } })]);
  const { segment } = expectNoErrors(
    await gql(tenant, '{ segment(key: "x") { rule summary members { nodes { id } } } }'),
  );
  expect(segment).toEqual({
    rule: where('"gtm.uniqueEventId"', { equals: 7 }),
    summary: 'People who have at least 1 event of type page where "gtm.uniqueEventId" is 7.',
    members: { nodes: [{ id: ada }] },
  });
});

it.each(['"gtm.uniqueEventId', '"a"b', 'plain."'])('%s is refused with its place', async (path) => {
  const { errors } = await gql(tenant, PREVIEW, { rule: where(path, { exists: true }) });
  expect(errors?.[0]?.extensions).toEqual({
    code: 'RULE_INVALID',
    argumentPath: ['rule', 'event', 'where', '0', 'path'],
  });
});

it('is held against its contract, and hidden where that calls it personal', async () => {
  await defineEventType(tenant, {
    key: 'page',
    properties: [
      { key: 'gtm.uniqueEventId', type: 'NUMBER', isPersonal: true },
      { key: 'kept.back', type: 'TEXT', isUsableInSegments: false },
    ],
  });
  const refused = async (rule: object, key = tenant.key) =>
    (await gql(tenant, PREVIEW, { rule }, { key })).errors?.[0]?.extensions.code;
  expect(await refused(where('gtm.uniqueEventId', { equals: 'seven' }))).toBe('RULE_INVALID');
  expect(await refused(where('"kept.back"', { exists: true }))).toBe('RULE_INVALID');
  expect(await refused(where('kept.back', { exists: true }))).toBe('RULE_INVALID');
  const blind = await newKey(tenant, ['READ']);
  for (const path of ['gtm.uniqueEventId', '"gtm.uniqueEventId"'])
    expect(await refused(where(path, { equals: 7 }), blind)).toBe('FORBIDDEN');
  await createSegment(tenant, 'x', where('gtm.uniqueEventId', { equals: 7 }));
  const { segment } = expectNoErrors(await gql(tenant, '{ segment(key: "x") { rule } }', {}, { key: blind }));
  expect(segment.rule).toEqual(where('"gtm.uniqueEventId"', { equals: '***' }));
});

const CREATE = `mutation ($input: CreateSegmentInput!) { createSegment(input: $input) { userErrors { message } } }`;
const membersOf = async (key: string): Promise<string[]> =>
  expectNoErrors(
    await gql(tenant, `{ segment(key: "${key}") { members { nodes { id } } } }`),
  ).segment.members.nodes.map(({ id }: { id: string }) => id);

describe('a path that needs quotation marks, beside a number of 18 digits', () => {
  const ID = JSON.rawJSON('157963456373623802');
  const BEFORE = JSON.rawJSON('157963456373623801');
  const AFTER = JSON.rawJSON('157963456373623803');
  const visit = (external: string, id: object) => event({ external }, 'page', { 'gtm.id': id });

  it.each<[string, object]>([
    ['gt', { gt: BEFORE }],
    ['equals', { equals: ID }],
    ['in', { in: [1, ID] }],
    ['between', { between: { from: ID, to: AFTER } }],
  ])(
    'leaves the number of `%s` exact, in a rule, a rule for leaving and a derived attribute',
    async (_, is) => {
      const [cid, dee] = await seed(tenant, [
        visit('cid', ID),
        visit('dee', JSON.rawJSON('57963456373623801')),
      ]);
      await createSegment(tenant, 'x', where('gtm.id', is));
      const leaving = { key: 'left', name: 'x', rule: { all: [] }, exitRule: where('gtm.id', is) };
      expect(expectNoErrors(await gql(tenant, CREATE, { input: leaving })).createSegment.userErrors).toEqual(
        [],
      );
      await untilLive(tenant, 'left');
      const DEFINE = `mutation ($input: DefineDerivedAttributeInput!) { defineDerivedAttribute(input: $input) { userErrors { message } } }`;
      const part = { type: 'page', where: [{ path: 'gtm.id', is }] };
      const input = { key: 'd', label: 'D', function: 'COUNT', ...part, less: { ...part, where: [] } };
      expect(expectNoErrors(await gql(tenant, DEFINE, { input })).defineDerivedAttribute.userErrors).toEqual(
        [],
      );
      expect(await membersOf('x')).toEqual([cid]);
      // The workspace still takes items, and knows newcomers.
      const [eve] = await seed(tenant, [visit('eve', ID)]);
      expect(new Set(await membersOf('x'))).toEqual(new Set([cid, eve]));
      expect(await membersOf('left')).toContain(dee);
      expect(await membersOf('left')).not.toContain(cid);
    },
  );
});

describe('a path that was saved without quotation marks, before its key was known', () => {
  const RULE = { event: { type: 'page', where: [{ path: 'shop.id', is: { equals: 7 } }] } };
  const UPDATE = `mutation ($input: UpdateSegmentInput!) { updateSegment(input: $input) { segment { rule } userErrors { message } } }`;
  const save = async (rule: object, rest: object = {}) => {
    const input = { key: 'x', name: 'x', rule, allowUndefined: true, ...rest };
    expect(expectNoErrors(await gql(tenant, CREATE, { input })).createSegment.userErrors).toEqual([]);
    await untilLive(tenant, 'x');
  };

  it.each<[string, object]>([
    ['a condition', RULE],
    [
      'a figure',
      { event: { type: 'page', aggregate: { function: 'LAST', path: 'shop.id', is: { equals: 7 } } } },
    ],
    [
      'a condition on what follows',
      {
        event: {
          type: 'page',
          notFollowedBy: {
            type: 'page',
            within: { hours: 1 },
            where: [{ path: 'shop.id', is: { exists: true } }],
          },
        },
      },
    ],
  ])('means what it meant wherever it is told, until it is saved again: %s', async (_, rule) => {
    await save(rule);
    const [cid = ''] = await seed(tenant, [event({ external: 'cid' }, 'page', { 'shop.id': 7 })]);
    const EXPLAIN =
      'query ($id: ID!) { explainSegment(audience: { segment: "x" }, profileId: $id) { isMatch summary warnings { code } } segment(key: "x") { summary } }';
    const told = expectNoErrors(await gql(tenant, EXPLAIN, { id: cid }));
    expect(told.explainSegment).toEqual({
      isMatch: (await membersOf('x')).includes(cid),
      summary: expect.stringContaining('shop.id (not defined)'),
      warnings: [{ code: 'PROPERTY_UNKNOWN' }],
    });
    expect(told.segment.summary).toContain('shop.id (not defined)');

    const { updateSegment } = expectNoErrors(await gql(tenant, UPDATE, { input: { key: 'x', rule } }));
    expect(updateSegment).toEqual({
      segment: { rule: JSON.parse(JSON.stringify(rule).replace('shop.id', '\\"shop.id\\"')) },
      userErrors: [],
    });
    await untilLive(tenant, 'x');
    const again = expectNoErrors(await gql(tenant, EXPLAIN, { id: cid }));
    expect(again.explainSegment).toEqual({
      isMatch: (await membersOf('x')).includes(cid),
      summary: expect.stringContaining('"shop.id"'),
      warnings: [],
    });
    const { count } = expectNoErrors(
      await gql(tenant, 'query ($rule: RuleInput!) { previewSegment(rule: $rule) { count } }', { rule }),
    ).previewSegment;
    expect(count).toBe((await membersOf('x')).length);
  });

  it('is saved again by a key that sees no personal values as well, also as a rule for leaving', async () => {
    await save({ all: [] }, { exitRule: RULE });
    const [cid] = await seed(tenant, [event({ external: 'cid' }, 'page', { 'shop.id': 7 })]);
    expect(await membersOf('x')).toContain(cid);
    const blind = { key: await newKey(tenant, ['READ', 'MANAGE']) };
    const input = { key: 'x', exitRule: RULE };
    expect(expectNoErrors(await gql(tenant, UPDATE, { input }, blind)).updateSegment.userErrors).toEqual([]);
    await untilLive(tenant, 'x');
    expect(await membersOf('x')).not.toContain(cid);
  });

  it('is no user of a key that is defined later', async () => {
    await save({ event: { type: 'cart', where: [{ path: 'shop.id', is: { gt: 7 } }] } });
    const DEFINE =
      'mutation { defineEventType(input: { key: "cart", properties: [{ key: "shop.id", type: TEXT }] }) { userErrors { message } } }';
    expect(expectNoErrors(await gql(tenant, DEFINE)).defineEventType.userErrors).toEqual([]);
  });
});

const DOTS = (steps: number) => Array.from({ length: steps }, () => 'a').join('.');

it.each<[string, string]>([
  ['8,000 steps', DOTS(8_000)],
  ['21 steps', DOTS(21)],
  ['21 steps, one of them in quotation marks', `"a.b".${DOTS(20)}`],
  ['1,001 characters', 'a'.repeat(1_001)],
  ['100,000 quotation marks', '"'.repeat(100_000)],
])('a path of %s is refused at once, with its place', async (_, path) => {
  const refusal = async (rule: object) => (await gql(tenant, PREVIEW, { rule })).errors?.[0]?.extensions;
  const started = performance.now();
  const at = (...argumentPath: string[]) => ({
    code: 'RULE_INVALID',
    argumentPath: ['rule', 'event', ...argumentPath],
  });
  expect(await refusal(where(path, { exists: true }))).toEqual(at('where', '0', 'path'));
  const figure = { type: 'page', aggregate: { function: 'LAST', path, is: { exists: true } } };
  expect(await refusal({ event: figure })).toEqual(at('aggregate', 'path'));
  const DEFINE = `mutation ($input: DefineDerivedAttributeInput!) { defineDerivedAttribute(input: $input) { userErrors { code path } } }`;
  const input = { key: 'd', label: 'D', function: 'LAST', type: 'page', path };
  expect(expectNoErrors(await gql(tenant, DEFINE, { input })).defineDerivedAttribute.userErrors).toEqual([
    { code: 'RULE_INVALID', path: ['input', 'path'] },
  ]);
  expect(performance.now() - started).toBeLessThan(1_000);
});

it.each([DOTS(20), 'a'.repeat(1_000), `"${DOTS(499)}"`])(
  'a path within the bounds is asked: %s',
  async (path) => {
    expect((await preview(where(path, { exists: true }))).sample).toEqual([]);
  },
);

it.each<[string, object]>([
  ['"line one ".a', { equals: 1 }],
  ['line one .a', { equals: 1 }],
  ['"line one". a', { equals: 1 }],
  ['" dotted.key ".b', { equals: 2 }],
  ['"cafe\u0301.x"', { equals: 3 }],
  ['blank .inside', { equals: 4 }],
])('%j is asked for under the spelling in which keys are kept', async (path, is) => {
  const [cid] = await seed(tenant, [
    event({ external: 'cid' }, 'page', {
      'line one ': { 'a ': 1 },
      ' dotted.key': { b: 2 },
      'caf\u00e9.x': 3,
      'blank .inside': 4,
    }),
  ]);
  expect(await preview(where(path, is))).toMatchObject({ sample: [{ id: cid }], warnings: [] });
  await createSegment(tenant, 'x', where(path, is));
  expect(await membersOf('x')).toEqual([cid]);
});
