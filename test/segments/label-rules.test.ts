import {
  createSegment,
  expectNoErrors,
  gql,
  item,
  newTenant,
  seed,
  startServer,
  untilLive,
} from '../kit/index.js';
import type { TagsInput, TestServer } from '../kit/index.js';
import { call, define } from '../profiles/labels-kit.js';

const THEME = (term: string) => ({ taxonomy: 'themes', term });

let server: TestServer;
let tenant: TestServer;

beforeAll(async () => {
  server = await startServer();
});

beforeEach(async () => {
  tenant = { ...server, ...(await newTenant(server)) };
  await define(tenant, 'defineTag', { key: 'vip', label: 'VIP' });
});

const tell = (who: string, tags: TagsInput = {}) =>
  seed(tenant, [item({ external: who }, { tags, attributes: { who } })]);

async function members(key: string): Promise<string[]> {
  await untilLive(tenant, key);
  const query = `query ($key: String!) { segment(key: $key) { members { nodes { attribute(key: "who") } } } }`;
  const { segment } = expectNoErrors(await gql(tenant, query, { key }));
  return segment.members.nodes.map((node: { attribute: string }) => node.attribute).sort();
}

it('segments by tag, term and facet hold exactly those whom their rules fit', async () => {
  const rules = {
    vips: { tag: { key: 'vip' } },
    others: { not: { tag: { key: 'vip' } } },
    delivered: { term: THEME('delivery') },
    exactly: { term: { ...THEME('delivery'), includeDescendants: false } },
    members: { facet: { schema: 'member' } },
    customers: { facet: { schema: 'customer' } },
  };
  await tell('early', { add: ['vip'], adopt: ['member'] });
  for (const [key, rule] of Object.entries(rules)) await createSegment(tenant, key, rule);
  await tell('vip', { add: ['vip'] });
  await tell('late', { addTerms: [THEME('delivery.late')] });
  await tell('delivery', { addTerms: [THEME('delivery')] });
  await tell('dropped', { drop: ['customer'], adopt: ['member'] });
  await tell('plain');
  const all = async () =>
    Object.fromEntries(await Promise.all(Object.keys(rules).map(async (key) => [key, await members(key)])));
  expect(await all()).toEqual({
    vips: ['early', 'vip'],
    others: ['delivery', 'dropped', 'late', 'plain'],
    delivered: ['delivery', 'late'],
    exactly: ['delivery'],
    members: ['dropped', 'early'],
    customers: ['delivery', 'early', 'late', 'plain', 'vip'],
  });
  await tell('vip', { remove: ['vip'] });
  await tell('late', { removeTerms: [THEME('delivery.late')] });
  expect([await members('vips'), await members('others'), await members('delivered')]).toEqual([
    ['early'],
    ['delivery', 'dropped', 'late', 'plain', 'vip'],
    ['delivery'],
  ]);
});

it('segments follow when a term is moved, goes, or is restricted to a profile schema', async () => {
  const shape = (parent: string | null) => ({
    key: 'tree',
    label: 'Tree',
    terms: [
      { key: 'top', label: 'Top' },
      ...(parent === 'gone' ? [] : [{ key: 'leaf', label: 'Leaf', parent }]),
    ],
  });
  await define(tenant, 'defineTaxonomy', shape('top'));
  await createSegment(tenant, 'tops', { term: { taxonomy: 'tree', term: 'top' } });
  await tell('ada', { addTerms: [{ taxonomy: 'tree', term: 'leaf' }] });
  await tell('bob', { addTerms: [{ taxonomy: 'tree', term: 'leaf' }], adopt: ['member'] });
  expect(await members('tops')).toEqual(['ada', 'bob']);
  await define(tenant, 'updateTaxonomy', shape(null));
  expect(await members('tops')).toEqual([]);
  await define(tenant, 'updateTaxonomy', shape('top'));
  expect(await members('tops')).toEqual(['ada', 'bob']);
  await define(tenant, 'updateTaxonomy', { key: 'tree', schemas: ['member'] });
  expect(await members('tops')).toEqual(['bob']);
  await tell('ada', { adopt: ['member'] });
  expect(await members('tops')).toEqual(['ada', 'bob']);
  await define(tenant, 'updateTaxonomy', shape('gone'));
  expect(await members('tops')).toEqual([]);
});

it('segments follow when a profile schema comes to be everybody’s', async () => {
  await createSegment(tenant, 'members', { facet: { schema: 'member' } });
  await tell('ada');
  await tell('bob', { drop: ['member'] });
  expect(await members('members')).toEqual([]);
  await define(tenant, 'updateProfileSchema', { key: 'member', isDefault: true });
  expect(await members('members')).toEqual(['ada']);
  await tell('eve');
  expect(await members('members')).toEqual(['ada', 'eve']);
  await define(tenant, 'deleteProfileSchema', { key: 'member' });
  expect(await members('members')).toEqual([]);
});

it('no segment is built when a profile schema changes, or goes back, and stays everybody’s or not', async () => {
  await createSegment(tenant, 'members', { facet: { schema: 'member' } });
  const builds = async () => {
    const [segment] = await tenant.database.transaction(tenant.workspaceId, (tx) =>
      tx.query<{ builds: number }>(
        `select rule_version as builds from segment where workspace_id = $1 and key = 'members'`,
        [tenant.workspaceId],
      ),
    );
    return segment?.builds ?? 0;
  };
  const before = await builds();
  await define(tenant, 'updateProfileSchema', { key: 'member', label: 'Friend', badge: 'F' });
  await define(tenant, 'deleteProfileSchema', { key: 'member' });
  expect(await builds()).toBe(before);
  await define(tenant, 'updateProfileSchema', { key: 'member', isDefault: true });
  await define(tenant, 'deleteProfileSchema', { key: 'member' });
  expect(await builds()).toBe(before + 2);
});

it('segments follow when a shipped taxonomy is as shipped again', async () => {
  await createSegment(tenant, 'delivered', { term: THEME('delivery') });
  await tell('ada', { addTerms: [THEME('delivery.late')] });
  expect(await members('delivered')).toEqual(['ada']);
  await define(tenant, 'updateTaxonomy', { key: 'themes', schemas: ['member'] });
  expect(await members('delivered')).toEqual([]);
  await define(tenant, 'deleteTaxonomy', { key: 'themes' });
  expect(await members('delivered')).toEqual(['ada']);
});

it('what a segment asks for cannot be deleted', async () => {
  await createSegment(tenant, 'vips', { any: [{ tag: { key: 'vip' } }] });
  const { userErrors } = await call(tenant, 'deleteTag', { key: 'vip' });
  expect(userErrors).toEqual([
    {
      code: 'DEFINITION_IN_USE',
      path: ['input', 'key'],
      message: 'It is used by the segment "vips". Change that first.',
    },
  ]);
  expectNoErrors(
    await gql(tenant, 'mutation { deleteSegment(input: { key: "vips" }) { userErrors { code } } }'),
  );
  expect((await call(tenant, 'deleteTag', { key: 'vip' })).userErrors).toEqual([]);
});

it.each([
  [{ tag: { key: 'none' } }, 'TAG_UNKNOWN', ['tag', 'key']],
  [{ term: THEME('none') }, 'TERM_UNKNOWN', ['term', 'term']],
  [{ term: { taxonomy: 'none', term: 'x' } }, 'TERM_UNKNOWN', ['term', 'taxonomy']],
  [{ facet: { schema: 'none' } }, 'SCHEMA_UNKNOWN', ['facet', 'schema']],
])('the rule %j is refused with its place', async (rule, code, path) => {
  const query = `query ($rule: RuleInput!) { previewSegment(rule: $rule) { count } }`;
  const { errors } = await gql(tenant, query, { rule: { any: [rule] } });
  expect(errors?.[0]?.extensions).toMatchObject({ code, argumentPath: ['rule', 'any', '0', ...path] });
});

it('rules say in plain English what they ask', async () => {
  const rule = {
    all: [{ tag: { key: 'vip' } }, { term: THEME('delivery') }, { facet: { schema: 'member' } }],
  };
  await createSegment(tenant, 'all', rule);
  const { segment } = expectNoErrors(await gql(tenant, '{ segment(key: "all") { summary } }'));
  expect(segment.summary).toBe(
    'People who are tagged vip, and are sorted under delivery of themes, and have the facet member.',
  );
});
