import {
  createSegment,
  event,
  expectNoErrors,
  gql,
  item,
  ManualClock,
  newKey,
  newTenant,
  seed,
  startServer,
} from '../kit/index.js';
import type { TestServer } from '../kit/index.js';

const EXPLAIN = `query ($audience: AudienceInput!, $profileId: ID!) {
  explainSegment(audience: $audience, profileId: $profileId) {
    profile { id } isMatch summary nextChangeAt nodes { path depth text isMatch seen nextChangeAt } root { children { path children { path } } } } }`;

let server: TestServer;
let clock: ManualClock;
let tenant: TestServer;
let ada: string;

beforeAll(async () => {
  clock = new ManualClock('2026-03-01T00:00:00.000Z');
  server = await startServer({ clock });
});

beforeEach(async () => {
  tenant = { ...server, ...(await newTenant(server)) };
  const attributes = { city: 'Ghent', birthDate: '1815-12-10', contractEndDate: '2026-03-11' };
  const occurredAt = '2026-02-20T00:00:00.000Z';
  [ada = ''] = await seed(tenant, [
    event({ external: 'ada' }, 'purchase', { total: 600 }, { attributes, occurredAt }),
  ]);
});

const explain = ({ profileId = ada, ...audience }: Record<string, unknown>, key?: string) =>
  gql(tenant, EXPLAIN, { profileId, audience }, key ? { key } : {});

const GHENT = { attribute: { key: 'city', is: { equals: 'Ghent' } } };
const VIP = { segment: { key: 'vips' } };

it.each<[object, string]>([
  [{ not: { any: [GHENT] } }, 'do not have an attribute city that is "Ghent"'],
  [{ not: { all: [{ any: [VIP] }] } }, 'are not in the segment vips'],
  [{ not: { any: [{ not: VIP }] } }, 'are in the segment vips'],
  [{ not: { all: [{ not: { any: [{ not: VIP }] } }] } }, 'are not in the segment vips'],
  [
    { not: { any: [VIP, GHENT] } },
    'do not (are in the segment vips, or have an attribute city that is "Ghent")',
  ],
  [
    { any: [{ not: { not: { all: [VIP, GHENT] } } }, VIP] },
    '(are in the segment vips, and have an attribute city that is "Ghent"), or are in the segment vips',
  ],
  [{ not: { all: [] } }, 'do not exist'],
  [{ not: { any: [] } }, 'exist'],
])('says in plain English what is not the case: %j', async (rule, words) => {
  await createSegment(tenant, 'vips', { all: [] });
  const { explainSegment } = expectNoErrors(await explain({ rule }));
  expect(explainSegment.summary).toBe(`People who ${words}.`);
});

it('tells of each node whether it holds, what it saw, and when time may change it', async () => {
  await createSegment(tenant, 'spenders', { derived: { key: 'total_spend', is: { gte: 500 } } });
  const rule = {
    all: [
      { segment: { key: 'spenders' } },
      { not: { event: { type: 'purchase', withinLast: { days: 30 } } } },
      { attribute: { key: 'contractEndDate', is: { withinNext: { days: 30 } } } },
      { attribute: { key: 'city', is: { in: ['Bruges', 'Ypres'] } } },
    ],
  };
  const { explainSegment } = expectNoErrors(await explain({ rule }));
  const ends = '2026-03-11T00:00:00.000Z';
  const slips = '2026-03-22T00:00:00.000Z';
  expect(explainSegment).toEqual({
    profile: { id: ada },
    isMatch: false,
    summary: expect.stringMatching(/^People who are in the segment spenders, and do not /),
    nextChangeAt: ends,
    nodes: [
      { path: [], depth: 0, text: explainSegment.summary, isMatch: false, seen: null, nextChangeAt: ends },
      {
        path: ['all', '0'],
        depth: 1,
        text: 'People who are in the segment spenders.',
        isMatch: true,
        seen: true,
        nextChangeAt: null,
      },
      {
        path: ['all', '0', 'segment'],
        depth: 2,
        text: 'People who have a derived attribute total_spend that is at least 500.',
        isMatch: true,
        seen: 600,
        nextChangeAt: null,
      },
      expect.objectContaining({ path: ['all', '1'], isMatch: false, nextChangeAt: slips }),
      {
        path: ['all', '1', 'not'],
        depth: 2,
        text: 'People who have at least 1 event of type purchase within the last 30 days.',
        isMatch: true,
        seen: 1,
        nextChangeAt: slips,
      },
      {
        path: ['all', '2'],
        depth: 1,
        text: 'People who have an attribute contractEndDate that is within the next 30 days.',
        isMatch: true,
        seen: '2026-03-11',
        nextChangeAt: ends,
      },
      {
        path: ['all', '3'],
        depth: 1,
        text: 'People who have an attribute city that is one of "Bruges", "Ypres".',
        isMatch: false,
        seen: 'Ghent',
        nextChangeAt: null,
      },
    ],
    root: {
      children: [
        { path: ['all', '0'], children: [{ path: ['all', '0', 'segment'] }] },
        { path: ['all', '1'], children: [{ path: ['all', '1', 'not'] }] },
        { path: ['all', '2'], children: [] },
        { path: ['all', '3'], children: [] },
      ],
    },
  });
});

it('explains a segment by its key, and hides personal values from keys without READ_PII', async () => {
  await createSegment(tenant, 'old', { attribute: { key: 'birthDate', is: { lt: '1900-01-01' } } });
  expect(expectNoErrors(await explain({ segment: 'old' })).explainSegment.nodes).toMatchObject([
    { isMatch: true, seen: '1815-12-10' },
  ]);
  const masked = await explain({ segment: 'old' }, await newKey(tenant, ['READ']));
  expect(expectNoErrors(masked).explainSegment.nodes).toMatchObject([{ isMatch: true, seen: '***' }]);
});

it.each<[Record<string, unknown>, string, string[]]>([
  [{ segment: 'none' }, 'SEGMENT_UNKNOWN', ['audience', 'segment']],
  [{ rule: { tag: { key: 'none' } } }, 'TAG_UNKNOWN', ['audience', 'rule', 'tag', 'key']],
  [{ rule: { all: [] }, profileId: 'profile_0' }, 'PROFILE_UNKNOWN', ['profileId']],
])('of %j it is told what is wrong', async (variables, code, argumentPath) => {
  const { errors } = await explain(variables);
  expect(errors?.[0]?.extensions).toMatchObject({ code, argumentPath });
});

describe('what a question saw', () => {
  const NODES = `query ($audience: AudienceInput!, $profileId: ID!) {
    explainSegment(audience: $audience, profileId: $profileId) { summary nodes { path isMatch seen } } }`;
  const ask = async (audience: object, asking = {}) =>
    expectNoErrors(await gql(tenant, NODES, { profileId: ada, audience }, asking)).explainSegment;
  const seenBy = async (rule: object, asking = {}) => (await ask({ rule }, asking)).nodes[0].seen;

  beforeEach(async () => {
    const mutation =
      'mutation { defineTag(input: { key: "vip", label: "VIP" }) { userErrors { code } } new: defineTag(input: { key: "new", label: "New" }) { userErrors { code } } }';
    expectNoErrors(await gql(tenant, mutation));
    const endpoint = 'ada@example.com';
    await seed(tenant, [
      item(
        { external: 'ada', email: endpoint },
        {
          tags: {
            add: ['vip', 'new'],
            adopt: ['member'],
            drop: ['customer'],
            addTerms: [{ taxonomy: 'themes', term: 'delivery.late' }],
          },
          channels: [{ type: 'EMAIL', endpoint, isReachable: false, consents: [{ state: 'GRANTED' }] }],
        },
      ),
    ]);
  });

  it('is shown for channels, identifiers, tags, terms, facets and segments', async () => {
    const email = {
      endpoint: 'ada@example.com',
      isActive: true,
      isReachable: false,
      isVerified: false,
      purpose: 'marketing',
      consent: 'GRANTED',
    };
    await createSegment(tenant, 'vips', { tag: { key: 'vip' } });
    expect(await seenBy({ channel: { type: 'EMAIL', consent: 'DENIED' } })).toEqual([email]);
    expect(await seenBy({ channel: { type: 'SMS' } })).toEqual([]);
    expect(await seenBy({ identifier: { namespace: 'external', value: 'bea' } })).toEqual(['ada']);
    expect(await seenBy({ identifier: { namespace: 'phone' } })).toEqual([]);
    expect(await seenBy({ tag: { key: 'vip' } })).toEqual(['new', 'vip']);
    expect(await seenBy({ term: { taxonomy: 'themes', term: 'billing' } })).toEqual(['delivery.late']);
    expect(await seenBy({ term: { taxonomy: 'sentiment', term: 'positive' } })).toEqual([]);
    expect(await seenBy({ facet: { schema: 'student' } })).toEqual(['member']);
    expect(await seenBy({ segment: { key: 'vips' } })).toBe(true);
  });

  it('is hidden from keys without READ_PII where it tells who somebody is', async () => {
    const blind = { key: await newKey(tenant, ['READ']) };
    expect(await seenBy({ channel: { type: 'EMAIL' } }, blind)).toMatchObject([
      { endpoint: '***', consent: 'GRANTED' },
    ]);
    expect(await seenBy({ identifier: { namespace: 'external' } }, blind)).toEqual(['***']);
    expect(await seenBy({ tag: { key: 'vip' } }, blind)).toEqual(['new', 'vip']);
    await createSegment(tenant, 'mailed', { identifier: { namespace: 'email', value: 'ada@example.com' } });
    expect((await ask({ segment: 'mailed' }, blind)).nodes[0].seen).toBe('***');
  });

  it('is told at the places of the two rules of a segment that people leave by another', async () => {
    const CREATE = `mutation ($rule: RuleInput!, $exitRule: RuleInput!) { createSegment(input: { key: "stay", name: "x", rule: $rule, exitRule: $exitRule }) { userErrors { code } } }`;
    const rule = { all: [{ tag: { key: 'vip' } }, { attribute: { key: 'city', is: { equals: 'Ghent' } } }] };
    const exitRule = { not: { event: { type: 'purchase', withinLast: { days: 30 } } } };
    expectNoErrors(await gql(tenant, CREATE, { rule, exitRule }));
    const { summary, nodes } = await ask({ segment: 'stay' });
    expect(summary).toBe(
      'People who (are tagged vip, and have an attribute city that is "Ghent"); once in, they stay until they do not have at least 1 event of type purchase within the last 30 days.',
    );
    expect(
      nodes.map(({ path, isMatch }: { path: string[]; isMatch: boolean }) => [path.join('.'), isMatch]),
    ).toEqual([
      ['', true],
      ['rule', true],
      ['rule.all.0', true],
      ['rule.all.1', true],
      ['membership', expect.any(Boolean)],
      ['exitRule', false],
      ['exitRule.not', true],
    ]);
  });

  it('is the rule of a segment that is archived, which the summary says', async () => {
    await createSegment(tenant, 'vips', { tag: { key: 'vip' } });
    await createSegment(tenant, 'others', { not: { segment: { key: 'vips' } } });
    const archive =
      'mutation { updateSegment(input: { key: "vips", targetState: ARCHIVED }) { userErrors { code } } }';
    expectNoErrors(await gql(tenant, archive));
    const { summary, nodes } = await ask({ segment: 'others' });
    expect(summary).toBe('People who are not in the segment vips (archived).');
    expect(nodes.map(({ isMatch, seen }: { isMatch: boolean; seen: unknown }) => [isMatch, seen])).toEqual([
      [false, null],
      [true, true],
      [true, ['new', 'vip']],
    ]);
  });
});
