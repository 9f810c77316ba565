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
