import {
  asAdmin,
  defineEventType,
  defineNamespace,
  expectNoErrors,
  gql,
  newKey,
  newTenant,
  snapshotTables,
  startServer,
} from '../kit/index.js';
import type { TestServer } from '../kit/index.js';

let server: TestServer;
let tenant: TestServer;

beforeAll(async () => {
  server = await startServer();
});

interface UserError {
  code: string;
  message: string;
  path: string[];
}

/** @returns the refusals of the one mutation */
async function change(mutation: string): Promise<UserError[]> {
  const data = expectNoErrors(
    await gql(tenant, `mutation { it: ${mutation} { userErrors { code message path } } }`),
  ) as { it: { userErrors: UserError[] } };
  return data.it.userErrors;
}

/** A draft is a user as well, and nobody waits for its build. */
async function draft(key: string, rule: unknown): Promise<void> {
  const CREATE =
    'mutation ($input: CreateSegmentInput!) { createSegment(input: $input) { userErrors { message } } }';
  const input = { key, name: key, rule, targetState: 'DRAFT' };
  expect(expectNoErrors(await gql(tenant, CREATE, { input })).createSegment.userErrors).toEqual([]);
}

beforeEach(async () => {
  tenant = { ...server, ...(await newTenant(server)) };
  await defineEventType(tenant, {
    key: 'visit',
    properties: [
      { key: 'page', type: 'TEXT' },
      { key: 'seconds', type: 'NUMBER' },
      { key: 'day', type: 'DATE' },
      { key: 'device', type: 'TEXT', allowedValues: ['phone', 'desktop'] },
    ],
  });
  await defineNamespace(tenant, { key: 'loyalty', semanticType: 'OTHER' });
  for (const mutation of [
    'defineAttribute(input: { key: "tier", type: TEXT, allowedValues: ["gold", "silver"] })',
    'defineAttribute(input: { key: "visits", type: NUMBER })',
    'definePurpose(input: { key: "surveys", label: "Surveys" })',
    'defineTag(input: { key: "vip", label: "VIP" })',
    'defineTaxonomy(input: { key: "topics", label: "Topics", terms: [{ key: "art", label: "Art" }, { key: "music", label: "Music" }] })',
    'defineProfileSchema(input: { key: "patron", label: "Patron" })',
    'defineDerivedAttribute(input: { key: "time_spent", label: "Time", type: "visit", function: SUM, path: "seconds" })',
    'defineDerivedAttribute(input: { key: "how_often", label: "How often", type: "visit", function: COUNT })',
  ])
    expect([mutation, await change(mutation)]).toEqual([mutation, []]);
});

const RULES: Record<string, object> = {
  tier: { attribute: { key: 'tier', is: { in: ['gold'] } } },
  visits: { attribute: { key: 'visits', is: { gt: 3 } } },
  often: { not: { derived: { key: 'how_often', is: { gte: 50 } } } },
  phone: { event: { type: 'visit', where: [{ path: 'device', is: { equals: 'phone' } }] } },
  seconds: { event: { type: 'visit', aggregate: { function: 'MAXIMUM', path: 'seconds', is: { gt: 9 } } } },
  surveyed: { channel: { type: 'EMAIL', consent: 'GRANTED', purpose: 'surveys' } },
  vips: { any: [{ tag: { key: 'vip' } }] },
  artists: { term: { taxonomy: 'topics', term: 'art' } },
  patrons: { facet: { schema: 'patron' } },
  loyal: { identifier: { namespace: 'loyalty' } },
};

it.each<[string, string[], string]>([
  ['updateDerivedAttribute(input: { key: "how_often", function: LAST_AT })', ['often'], 'segment'],
  [
    'updateDerivedAttribute(input: { key: "how_often", function: FIRST, path: "page" })',
    ['often'],
    'segment',
  ],
  ['deleteDerivedAttribute(input: { key: "how_often" })', ['often'], 'segment'],
  ['deleteEventType(input: { key: "visit" })', ['seconds'], 'segment'],
  ['deleteAttribute(input: { key: "tier" })', ['tier'], 'segment'],
  ['updateAttribute(input: { key: "tier", allowedValues: ["silver", "bronze"] })', ['tier'], 'segment'],
  ['deletePurpose(input: { key: "surveys" })', ['surveyed'], 'segment'],
  ['deleteTag(input: { key: "vip" })', ['vips'], 'segment'],
  [
    'updateTaxonomy(input: { key: "topics", terms: [{ key: "music", label: "Music" }] })',
    ['artists'],
    'segment',
  ],
  ['deleteTaxonomy(input: { key: "topics" })', ['artists'], 'segment'],
  ['deleteProfileSchema(input: { key: "patron" })', ['patrons'], 'segment'],
  ['deleteIdentifierNamespace(input: { key: "loyalty" })', ['loyal'], 'segment'],
  ['deleteEventType(input: { key: "visit" })', ['time_spent'], 'derived attribute'],
])('%s is refused while %j uses it, and changes nothing', async (mutation, users, kind) => {
  for (const user of users) if (kind === 'segment') await draft(user, RULES[user]);
  const before = await snapshotTables(server);
  const [refusal, ...others] = await change(mutation);
  expect([refusal, others]).toEqual([
    { code: 'DEFINITION_IN_USE', path: ['input', 'key'], message: expect.any(String) },
    [],
  ]);
  for (const user of users) expect(refusal?.message).toContain(`the ${kind} "${user}"`);
  expect(await snapshotTables(server)).toEqual(before);
});

it('leads to those that use it, but only keys that may see them', async () => {
  await draft('vips', RULES.vips);
  await draft('others', RULES.vips);
  const remove =
    'mutation { deleteTag(input: { key: "vip" }) { userErrors { code subjects { __typename ... on Segment { key } } } } }';
  const refused = async (scopes: Parameters<typeof newKey>[1]) => {
    const key = await newKey(tenant, scopes);
    return expectNoErrors(await gql(tenant, remove, {}, { key })).deleteTag.userErrors;
  };
  expect(await refused(['READ', 'MANAGE'])).toEqual([
    {
      code: 'DEFINITION_IN_USE',
      subjects: [
        { __typename: 'Segment', key: 'others' },
        { __typename: 'Segment', key: 'vips' },
      ],
    },
  ]);
  expect(await refused(['MANAGE'])).toEqual([{ code: 'DEFINITION_IN_USE', subjects: null }]);
  const ofEvents = `mutation { deleteEventType(input: { key: "visit" }) { userErrors {
    subjects { __typename ... on Definition { key isShipped } } } } }`;
  const { userErrors } = expectNoErrors(await gql(tenant, ofEvents)).deleteEventType;
  expect(userErrors).toEqual([
    {
      subjects: ['how_often', 'time_spent'].map((key) => ({
        __typename: 'DerivedAttribute',
        key,
        isShipped: false,
      })),
    },
  ]);
});

it('lets a contract take a property from the rules that are saved from then on', async () => {
  const LEAVE = `mutation ($exitRule: RuleInput!) { createSegment(input: { key: "x", name: "x", rule: { all: [] }, exitRule: $exitRule, targetState: DRAFT }) { userErrors { message } } }`;
  expectNoErrors(await gql(tenant, LEAVE, { exitRule: RULES.phone }));
  const kept = `updateEventType(input: { key: "visit", properties: [{ key: "page", type: TEXT }, { key: "seconds", type: NUMBER }, { key: "day", type: DATE },
    { key: "device", type: TEXT, allowedValues: ["phone", "desktop"], isUsableInSegments: false }] })`;
  expect(await change(kept)).toEqual([]);
});

it('lets a shipped contract change only while nobody asks for what goes', async () => {
  const narrow = 'updateEventType(input: { key: "purchase", properties: [{ key: "orderId", type: JSON }] })';
  await draft('spenders', { derived: { key: 'total_spend', is: { gt: 5 } } });
  expect(await change(narrow)).toMatchObject([
    { code: 'DEFINITION_IN_USE', message: expect.stringContaining('the segment "spenders"') },
  ]);
  expect(await change('deleteSegment(input: { key: "spenders" })')).toEqual([]);
  expect(await change(narrow)).toEqual([]);
});

it('takes every change that keeps the users valid', async () => {
  for (const [key, rule] of Object.entries(RULES)) await draft(key, rule);
  for (const mutation of [
    'updateAttribute(input: { key: "tier", label: "Tier", allowedValues: ["gold", "silver", "bronze"] })',
    'updateAttribute(input: { key: "tier", allowedValues: null })',
    'updateDerivedAttribute(input: { key: "how_often", label: "Often", withinLast: { days: 9 } })',
    'updateDerivedAttribute(input: { key: "how_often", function: SUM, path: "seconds" })',
    'updateDerivedAttribute(input: { key: "how_often", path: "to_come", allowUndefined: true })',
    'updateTag(input: { key: "vip", label: "Very important" })',
    'updatePurpose(input: { key: "surveys", label: "Polls" })',
    'updateTaxonomy(input: { key: "topics", label: "T", terms: [{ key: "art", label: "Arts" }] })',
    'updateIdentifierNamespace(input: { key: "loyalty", priority: 3 })',
    `updateEventType(input: { key: "visit", description: "A visit.", properties: [{ key: "page", type: JSON },
      { key: "seconds", type: NUMBER }, { key: "day", type: DATE }, { key: "device", type: TEXT }, { key: "referrer", type: TEXT }] })`,
    'deleteDerivedAttribute(input: { key: "time_spent" })',
  ])
    expect([mutation, await change(mutation)]).toEqual([mutation, []]);
});

it('does not mind what was undefined before', async () => {
  const rule = { event: { type: 'cart', where: [{ path: 'total', is: { gt: 5 } }] } };
  const SAVE = `mutation ($rule: RuleInput!) { createSegment(input: { key: "carts", name: "x", rule: $rule, allowUndefined: true }) { userErrors { message } } }`;
  expect(expectNoErrors(await gql(tenant, SAVE, { rule })).createSegment.userErrors).toEqual([]);
  expect(await change('defineAttribute(input: { key: "other", type: TEXT })')).toEqual([]);
  expect(
    await change('defineEventType(input: { key: "cart", properties: [{ key: "lines", type: JSON }] })'),
  ).toEqual([]);
  expect(
    await change(
      'updateEventType(input: { key: "cart", properties: [{ key: "lines", type: JSON }, { key: "total", type: TEXT }] })',
    ),
  ).toMatchObject([{ code: 'DEFINITION_IN_USE', message: expect.stringContaining('the segment "carts"') }]);
});

/** A rule as an older version stored it, which this one would refuse. */
async function stored(key: string, rule: object): Promise<void> {
  await draft(key, { all: [] });
  await asAdmin(server.databaseUrl, async (admin) => {
    await admin.query('update segment set rule = $1 where key = $2', [JSON.stringify(rule), key]);
    await admin.query('update workspace set catalogue_version = catalogue_version + 1');
  });
}

const BROKEN = { attribute: { key: 'renewalDate', is: { gt: '2026-99-99' } } };

it.each<[string, string, object]>([
  ['a rule', 'deleteTag(input: { key: "vip" })', { all: [BROKEN, RULES.vips] }],
  [
    'a deeper rule',
    'deletePurpose(input: { key: "surveys" })',
    { any: [{ not: BROKEN }, { not: RULES.surveyed }] },
  ],
  [
    'a condition',
    'updateEventType(input: { key: "visit", properties: [{ key: "page", type: TEXT }, { key: "seconds", type: NUMBER }, { key: "day", type: DATE }, { key: "device", type: TEXT, allowedValues: ["phone", "desktop"] }, { key: "clicks", type: TEXT }] })',
    {
      event: {
        type: 'visit',
        where: [
          { path: 'day', is: { gt: '2026-99-99' } },
          { path: 'clicks', is: { gt: 5 } },
        ],
      },
    },
  ],
])('sees what is used behind %s that is wrong already', async (_, mutation, rule) => {
  await stored('old', rule);
  expect(await change('updateTag(input: { key: "vip", label: "Very important" })')).toEqual([]);
  expect(await change(mutation)).toMatchObject([
    { code: 'DEFINITION_IN_USE', message: expect.stringContaining('the segment "old"') },
  ]);
});

it.each(['in', 'notIn'])('sees each value that is taken out of a list for `%s`', async (operator) => {
  await draft('both', { attribute: { key: 'tier', is: { [operator]: ['gold', 'silver'] } } });
  const allow = (...values: string[]) =>
    change(`updateAttribute(input: { key: "tier", allowedValues: ${JSON.stringify(values)} })`);
  const inUse = [{ code: 'DEFINITION_IN_USE', message: expect.stringContaining('the segment "both"') }];
  expect(await allow('silver')).toMatchObject(inUse);
  const rule = { attribute: { key: 'tier', is: { [operator]: ['gold', 'silver', 'none'] } } };
  await stored('three', rule);
  expect(await change('deleteSegment(input: { key: "both" })')).toEqual([]);
  expect(await allow('gold', 'silver', 'bronze')).toEqual([]);
  expect(await allow('silver')).toMatchObject([
    { code: 'DEFINITION_IN_USE', message: expect.stringContaining('the segment "three"') },
  ]);
});
