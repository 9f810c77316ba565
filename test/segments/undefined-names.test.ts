import {
  createSegment,
  event,
  expectNoErrors,
  gql,
  item,
  newKey,
  newTenant,
  seed,
  snapshotTables,
  startServer,
} from '../kit/index.js';
import type { TestServer } from '../kit/index.js';

const CREATE = `mutation ($input: CreateSegmentInput!) { createSegment(input: $input) {
  segment { key rule summary } userErrors { code message path } } }`;
const UPDATE = `mutation ($input: UpdateSegmentInput!) { updateSegment(input: $input) {
  segment { rule summary } userErrors { code message path } } }`;
const PREVIEW =
  'query ($rule: RuleInput!) { previewSegment(rule: $rule) { count summary warnings { code message path } } }';
const SUMMARY = 'query ($key: String!) { segment(key: $key) { summary } }';

let server: TestServer;
let tenant: TestServer;

beforeAll(async () => {
  server = await startServer();
});

beforeEach(async () => {
  tenant = { ...server, ...(await newTenant(server)) };
  await seed(tenant, [
    event({ external: 'ada' }, 'cart viewed', { amount: 10, note: 'x', lines: [{ sku: 'a' }] }),
    event({ external: 'ada' }, 'purchase', { total: 5, giftWrap: 'red' }, { attributes: { shoeSize: 41 } }),
    item({ external: 'bea' }, { attributes: { shoeColor: 'red' } }),
  ]);
});

const attribute = (key: string, is: object = { exists: true }) => ({ attribute: { key, is } });
const where = (type: string, path: string, is: object = { exists: true }) => ({
  event: { type, where: [{ path, is }] },
});
const sum = (type: string, path: string, name = 'SUM') => ({
  event: { type, aggregate: { function: name, path, is: { gte: 0 } } },
});
const create = async (rule: object, rest: object = {}) =>
  expectNoErrors(await gql(tenant, CREATE, { input: { key: 'x', name: 'x', rule, ...rest } })).createSegment;
const preview = async (rule: object) => expectNoErrors(await gql(tenant, PREVIEW, { rule })).previewSegment;

const UNKNOWN: [object, string, string[], string | null][] = [
  [attribute('ctiy'), 'ATTRIBUTE_UNKNOWN', ['attribute', 'key'], 'city'],
  [attribute('City'), 'ATTRIBUTE_UNKNOWN', ['attribute', 'key'], 'city'],
  [attribute('first_name'), 'ATTRIBUTE_UNKNOWN', ['attribute', 'key'], 'firstName'],
  [attribute('shoeSise'), 'ATTRIBUTE_UNKNOWN', ['attribute', 'key'], 'shoeSize'],
  [attribute('favouriteFilm'), 'ATTRIBUTE_UNKNOWN', ['attribute', 'key'], null],
  [{ event: { type: 'purchas' } }, 'EVENT_TYPE_UNKNOWN', ['event', 'type'], 'purchase'],
  [{ event: { type: 'Cart Viewed' } }, 'EVENT_TYPE_UNKNOWN', ['event', 'type'], 'cart viewed'],
  [where('purchase', 'totl'), 'PROPERTY_UNKNOWN', ['event', 'where', '0', 'path'], 'total'],
  [where('purchase', 'giftwarp'), 'PROPERTY_UNKNOWN', ['event', 'where', '0', 'path'], 'giftWrap'],
  [where('cart viewed', 'ammount'), 'PROPERTY_UNKNOWN', ['event', 'where', '0', 'path'], 'amount'],
  [where('purchase', 'total.net'), 'PROPERTY_UNKNOWN', ['event', 'where', '0', 'path'], null],
  [sum('cart viewed', 'amuont'), 'PROPERTY_UNKNOWN', ['event', 'aggregate', 'path'], 'amount'],
  [sum('cart viewed', 'note'), 'RULE_INVALID', ['event', 'aggregate', 'path'], null],
  [sum('purchase', 'giftWrap', 'AVERAGE'), 'RULE_INVALID', ['event', 'aggregate', 'path'], null],
  [attribute('shoeColor', { gt: 3 }), 'RULE_INVALID', ['attribute', 'is', 'gt'], null],
  [
    where('cart viewed', 'note', { between: { from: 1, to: 2 } }),
    'RULE_INVALID',
    ['event', 'where', '0', 'is', 'between'],
    null,
  ],
  [
    where('survey_response', 'sentiment', { equals: 'postive' }),
    'RULE_INVALID',
    ['event', 'where', '0', 'is', 'equals'],
    'positive',
  ],
  [
    { event: { type: 'login', followedBy: { type: 'purchse', within: { hours: 1 } } } },
    'EVENT_TYPE_UNKNOWN',
    ['event', 'followedBy', 'type'],
    'purchase',
  ],
  [
    {
      event: {
        type: 'login',
        notFollowedBy: {
          type: 'purchase',
          within: { hours: 1 },
          where: [
            { path: 'tax_', is: { gt: 1 } },
            { path: 'taks', is: { gt: 1 } },
          ],
        },
      },
    },
    'PROPERTY_UNKNOWN',
    ['event', 'notFollowedBy', 'where', '0', 'path'],
    'tax',
  ],
];

it.each(UNKNOWN)('%j is refused with its place, and nothing is saved', async (rule, code, path, meant) => {
  const before = await snapshotTables(server);
  const refused = await create({ all: [attribute('city'), { not: rule }] });
  expect(refused.segment).toBeNull();
  expect(refused.userErrors[0]).toMatchObject({ code, path: ['input', 'rule', 'all', '1', 'not', ...path] });
  const says =
    meant === null
      ? expect.not.stringContaining('Did you')
      : expect.stringContaining(`Did you mean "${meant}"?`);
  expect(refused.userErrors[0].message).toEqual(says);
  expect(await snapshotTables(server)).toEqual(before);
});

it.each(UNKNOWN)('a preview of %j warns, and finds nobody', async (rule, code, path) => {
  const { count, warnings } = await preview(rule);
  expect([count, warnings[0]]).toEqual([0, expect.objectContaining({ code, path: ['rule', ...path] })]);
});

it.each(UNKNOWN)('%j can be saved all the same where that is asked for', async (rule) => {
  const saved = await create(rule, { allowUndefined: true });
  expect([saved.userErrors, saved.segment.rule]).toEqual([[], rule]);
});

it.each([
  attribute('shoeSize', { gt: 40 }),
  attribute('member.type', { equals: 'x' }),
  where('cart viewed', 'amount', { gt: 9 }),
  where('cart viewed', 'lines.0.sku'),
  where('purchase', 'items.whatever'),
  where('purchase', 'giftWrap', { equals: 'red' }),
  sum('cart viewed', 'amount'),
  sum('cart viewed', 'lines.price'),
  { event: { type: 'cart viewed', aggregate: { function: 'DISTINCT', path: 'note', is: { gte: 1 } } } },
])('%j asks for what is defined or has come, and is saved', async (rule) => {
  expect((await preview(rule)).warnings).toEqual([]);
  expect((await create(rule)).userErrors).toEqual([]);
});

it.each([
  [{ derived: { key: 'total_spent', is: { gt: 1 } } }, 'RULE_INVALID', ['derived', 'key'], 'total_spend'],
  [{ tag: { key: 'vpi' } }, 'TAG_UNKNOWN', ['tag', 'key'], 'vip'],
  [{ facet: { schema: 'membr' } }, 'SCHEMA_UNKNOWN', ['facet', 'schema'], 'member'],
  [{ term: { taxonomy: 'themes', term: 'delivry' } }, 'TERM_UNKNOWN', ['term', 'term'], 'delivery'],
  [{ term: { taxonomy: 'theme', term: 'delivery' } }, 'TERM_UNKNOWN', ['term', 'taxonomy'], 'themes'],
  [{ identifier: { namespace: 'emial' } }, 'NAMESPACE_UNKNOWN', ['identifier', 'namespace'], 'email'],
  [
    { channel: { type: 'EMAIL', purpose: 'marketting' } },
    'RULE_INVALID',
    ['channel', 'purpose'],
    'marketing',
  ],
  [{ segment: { key: 'vipz' } }, 'SEGMENT_UNKNOWN', ['segment', 'key'], 'vips'],
])('%j names what must be defined, and is refused in any case', async (rule, code, path, meant) => {
  await createSegment(tenant, 'vips', { all: [] });
  expectNoErrors(
    await gql(tenant, 'mutation { defineTag(input: { key: "vip", label: "VIP" }) { userErrors { code } } }'),
  );
  const { userErrors } = await create(rule, { allowUndefined: true });
  expect(userErrors).toEqual([
    { code, path: ['input', 'rule', ...path], message: expect.stringContaining(`Did you mean "${meant}"?`) },
  ]);
});

it('names all that is wrong at once, also in the rule for leaving', async () => {
  const { userErrors } = await create({ any: [attribute('ctiy'), where('purchase', 'totl')] });
  expect(userErrors.map(({ path }: { path: string[] }) => path.slice(2))).toEqual([
    ['any', '0', 'attribute', 'key'],
    ['any', '1', 'event', 'where', '0', 'path'],
  ]);
  const leaving = await create({ all: [] }, { exitRule: { event: { type: 'purchas' } } });
  expect(leaving.userErrors).toMatchObject([{ path: ['input', 'exitRule', 'event', 'type'] }]);
});

it('says in the summary what is not defined, until a source sends it', async () => {
  const rule = { all: [attribute('loyalty', { equals: 'gold' }), where('visit', 'page'), attribute('city')] };
  const marked =
    'People who have an attribute loyalty (not defined) that is "gold", and have at least 1 event of type visit (not defined) where page is known, and have an attribute city that is known.';
  expect((await create(rule, { allowUndefined: true })).segment.summary).toBe(marked);
  expect((await preview(rule)).summary).toBe(marked);
  await seed(tenant, [
    event({ external: 'cid' }, 'visit', { page: '/' }, { attributes: { loyalty: 'gold', city: 'Ghent' } }),
  ]);
  expect(expectNoErrors(await gql(tenant, SUMMARY, { key: 'x' })).segment.summary).toBe(
    marked.replaceAll(' (not defined)', ''),
  );
  expect((await preview(rule)).count).toBe(1);
});

it('warns of a search, an explanation and a comparison, too', async () => {
  const rule = attribute('ctiy', { equals: 'Ghent' });
  await create(rule, { allowUndefined: true });
  const warnings = 'warnings { code path }';
  const data = expectNoErrors(
    await gql(
      tenant,
      `query ($rule: RuleInput!, $id: ID!) {
        profiles(where: $rule) { nodes { id } totalCount ${warnings} }
        unasked: profiles { totalCount ${warnings} }
        explainSegment(audience: { rule: $rule }, profileId: $id) { isMatch summary ${warnings} nodes { text } }
        saved: explainSegment(audience: { segment: "x" }, profileId: $id) { summary warnings { code } }
        previewSegmentUpdate(input: { key: "x", rule: $rule, exitRule: $rule }) { enters ${warnings} } }`,
      { rule, id: (await seed(tenant, [item({ external: 'ada' })]))[0] },
    ),
  );
  const code = 'ATTRIBUTE_UNKNOWN';
  const summary = 'People who have an attribute ctiy (not defined) that is "Ghent".';
  expect(data).toEqual({
    profiles: { nodes: [], totalCount: 0, warnings: [{ code, path: ['where', 'attribute', 'key'] }] },
    unasked: { totalCount: 2, warnings: [] },
    explainSegment: {
      isMatch: false,
      summary,
      warnings: [{ code, path: ['audience', 'rule', 'attribute', 'key'] }],
      nodes: [{ text: summary }],
    },
    saved: { summary, warnings: [{ code }] },
    previewSegmentUpdate: {
      enters: 0,
      warnings: [
        { code, path: ['input', 'rule', 'attribute', 'key'] },
        { code, path: ['input', 'exitRule', 'attribute', 'key'] },
      ],
    },
  });
});

it('checks a new rule of a segment, and leaves one that stands as it is', async () => {
  await create(attribute('ctiy'), { allowUndefined: true });
  const update = async (input: object, asking = {}) =>
    expectNoErrors(await gql(tenant, UPDATE, { input: { key: 'x', ...input } }, asking)).updateSegment;
  expect((await update({ name: 'y' })).userErrors).toEqual([]);
  expect((await update({ rule: attribute('ctiy') })).userErrors).toEqual([]);
  const blind = { key: await newKey(tenant, ['READ', 'MANAGE']) };
  expect((await update({ rule: attribute('ctiy') }, blind)).userErrors).toEqual([]);
  expect((await update({ rule: attribute('citi') })).userErrors).toMatchObject([
    { code: 'ATTRIBUTE_UNKNOWN' },
  ]);
  expect((await update({ rule: attribute('citi'), allowUndefined: true })).segment.rule).toEqual(
    attribute('citi'),
  );
});

it('holds derived attributes against the names there are', async () => {
  const DEFINE = `mutation ($input: DefineDerivedAttributeInput!) { defineDerivedAttribute(input: $input) {
    derivedAttribute { key path } userErrors { code path message } } }`;
  const define = async (key: string, input: object) =>
    expectNoErrors(
      await gql(tenant, DEFINE, {
        input: { key, label: 'x', function: 'SUM', type: 'cart viewed', path: 'amount', ...input },
      }),
    ).defineDerivedAttribute;
  expect((await define('a', { path: 'amuont' })).userErrors).toEqual([
    {
      code: 'PROPERTY_UNKNOWN',
      path: ['input', 'path'],
      message: expect.stringContaining('Did you mean "amount"?'),
    },
  ]);
  expect((await define('b', { type: 'cart vewed' })).userErrors).toMatchObject([
    { code: 'EVENT_TYPE_UNKNOWN', path: ['input', 'type'] },
  ]);
  expect((await define('c', { where: [{ path: 'nota', is: { equals: 'x' } }] })).userErrors).toMatchObject([
    { code: 'PROPERTY_UNKNOWN', path: ['input', 'where', '0', 'path'] },
  ]);
  expect((await define('d', { path: 'note' })).userErrors).toMatchObject([
    { code: 'RULE_INVALID', path: ['input', 'path'] },
  ]);
  expect((await define('e', { type: null, path: 'amount' })).userErrors).toEqual([]);
  expect((await define('f', { path: 'amuont', allowUndefined: true })).userErrors).toEqual([]);
  const renamed = expectNoErrors(
    await gql(
      tenant,
      'mutation { updateDerivedAttribute(input: { key: "f", label: "F" }) { userErrors { code } } }',
    ),
  );
  expect(renamed.updateDerivedAttribute.userErrors).toEqual([]);
});

it('takes the example of the documents on a workspace that has seen nothing', async () => {
  const fresh = { ...server, ...(await newTenant(server)) };
  const answer = await gql(
    fresh,
    `mutation { createSegment(input: { key: "lapsing-big-spenders", name: "Lapsing big spenders", rule: { all: [
      { derived: { key: "total_spend", is: { gte: 500 } } },
      { not: { event: { type: "purchase", withinLast: { days: 30 } } } },
      { attribute: { key: "contractEndDate", is: { withinNext: { days: 30 } } } },
      { channel: { type: EMAIL, consent: GRANTED } } ] } }) { segment { key } userErrors { code message path } } }`,
  );
  expect(expectNoErrors(answer).createSegment).toEqual({
    segment: { key: 'lapsing-big-spenders' },
    userErrors: [],
  });
});

it.each<[object, string[]]>([
  [attribute('shoeColor', { gt: JSON.rawJSON('157963456373623802') }), ['attribute', 'is', 'gt']],
  [
    where('cart viewed', 'note', { lte: JSON.rawJSON('0.1234567890123456789') }),
    ['event', 'where', '0', 'is', 'lte'],
  ],
  [
    attribute('shoeColor', {
      between: { from: JSON.rawJSON('157963456373623802'), to: JSON.rawJSON('157963456373623803') },
    }),
    ['attribute', 'is', 'between'],
  ],
])('a number of many digits is a number where only texts have come: %#', async (rule, path) => {
  const { warnings } = await preview(rule);
  expect(warnings).toEqual([
    { code: 'RULE_INVALID', path: ['rule', ...path], message: expect.stringContaining('no number') },
  ]);
});

it.each<[object, boolean]>([
  [{ equals: '2026-01-05T10:00:00+03:00' }, true],
  [{ in: ['2026-01-05 07:00Z', '2026-01-06T07:00:00.000Z'] }, true],
  [{ notEquals: '2026-01-06T12:30:00+05:30' }, true],
  [{ equals: '2026-01-05T10:00:00Z' }, false],
  [{ notIn: ['2026-01-05T07:00:00Z', '2026-01-05T07:00:01Z'] }, false],
])('an allowed instant is one instant in any spelling: %j', async (is, isAllowed) => {
  const allowed = 'allowedValues: ["2026-01-05T07:00:00Z", "2026-01-06T08:00:00+01:00"]';
  for (const mutation of [
    `defineAttribute(input: { key: "slot", type: DATETIME, ${allowed} })`,
    `defineEventType(input: { key: "booked", properties: [{ key: "slot", type: DATETIME, ${allowed} }] })`,
  ])
    expectNoErrors(await gql(tenant, `mutation { ${mutation} { userErrors { code } } }`));
  for (const rule of [attribute('slot', is), where('booked', 'slot', is)]) {
    const { userErrors } = await create(rule, { key: 'attribute' in rule ? 'a' : 'b' });
    expect([rule, userErrors]).toEqual([
      rule,
      isAllowed ? [] : [expect.objectContaining({ code: 'RULE_INVALID' })],
    ]);
  }
});

it('names a close number of many digits in full', async () => {
  const [one, other] = ['157963456373623802', '157963456373623803'].map((text) => JSON.rawJSON(text));
  const DEFINE =
    'mutation ($values: [JSON!]) { defineAttribute(input: { key: "n", type: NUMBER, allowedValues: $values }) { userErrors { code } } }';
  expectNoErrors(await gql(tenant, DEFINE, { values: [one] }));
  const { warnings } = await preview(attribute('n', { equals: other }));
  expect(warnings[0].message).toContain('value 157963456373623803. Did you mean "157963456373623802"?');
});
