import fc from 'fast-check';
import { isInputObjectType } from 'graphql';
import { createSchema } from '../../src/schema.js';
import {
  createSegment,
  defineEventType,
  defineNamespace,
  event,
  expectNoErrors,
  gql,
  ingest,
  item,
  ManualClock,
  newKey,
  newTenant,
  startServer,
} from '../kit/index.js';
import type { Answer, ItemInput, TestServer } from '../kit/index.js';
import { RandomQuery } from './random-query.js';
import type { Draw, Pool, Query } from './random-query.js';

/**
 * What a key without READ_PII can find out: two workspaces that differ in one personal value answer everything alike,
 * whatever is asked, with whatever rule. Ids, cursors and how long it took say nothing.
 */

const PATIENCE_MS = 1_500;
const NOW = '2026-03-01T12:00:00.000Z';
const BLIND = ['INGEST', 'READ', 'SUBSCRIBE', 'EXPORT', 'MANAGE', 'ADMIN'] as const;

interface Values {
  email: string;
  card: string;
  phone: string;
  evidence: string;
  firstName: string;
  oldName: string;
  birthDate: string;
  nationalNumber: string;
  street: string;
  traits: { email: string };
  note: string;
  address: string;
  quarantined: string;
}

const ONE: Values = {
  email: 'ada@example.com',
  card: 'P-1',
  phone: '+32470123456',
  evidence: 'call 7',
  firstName: 'Ada',
  oldName: 'Byron',
  birthDate: '1815-12-10',
  nationalNumber: '85073003328',
  street: 'Main Street 1',
  traits: { email: 'ada@work.example' },
  note: 'ring twice',
  address: 'Dorset Street 1',
  quarantined: 'quiet@example.com',
};
const OTHER: Values = {
  email: 'zoe.augusta.king@lovelace.org',
  card: 'P-29',
  phone: '+31201234567',
  evidence: 'form 12, page 3',
  firstName: 'Zoë Augusta',
  oldName: 'King-Noel',
  birthDate: '1990-03-02',
  nationalNumber: '90030212345',
  street: 'Aachener Straße 22',
  traits: { email: 'z@other.example' },
  note: 'leave with the neighbours at 7',
  address: 'St James’s Square 12',
  quarantined: 'another.one@other.org',
};

interface World extends TestServer {
  /** Every scope but READ_PII, and READ alone. */
  blind: readonly string[];
  /** What ids are called in both workspaces: `profile_…` → `@ada`. */
  names: ReadonlyMap<string, string>;
}

const schema = createSchema();

let server: TestServer;
let one: World;

beforeAll(async () => {
  server = await startServer({ clock: new ManualClock(NOW) });
  one = await worldWith(ONE);
});

async function worldWith(values: Values): Promise<World> {
  const tenant = await newTenant(server);
  const world: TestServer = { ...server, ...tenant };
  await defineNamespace(world, { key: 'passport', semanticType: 'OTHER' });
  await defineNamespace(world, { key: 'work-mail', semanticType: 'EMAIL' });
  await defineEventType(world, {
    key: 'delivery',
    properties: [
      { key: 'note', type: 'TEXT', isPersonal: true },
      { key: 'total', type: 'NUMBER', isRequired: true },
    ],
  });
  await mutate(world, 'defineTag', { key: 'vip', label: 'VIP' });
  await mutate(world, 'updateAttribute', { key: 'lastName', isAudited: true });
  await mutate(world, 'defineDerivedAttribute', {
    ...{ key: 'delivered', label: 'Delivered', type: 'delivery', function: 'SUM', path: 'total' },
  });
  await createSegment(world, 'delivered', { event: { type: 'delivery' } });
  await createSegment(world, 'kings', { attribute: { key: 'lastName', is: { startsWith: 'King' } } });
  const names = new Map<string, string>();
  for (const [name, sent] of Object.entries(itemsOf(values))) {
    const [result] = await ingest(world, [sent]);
    if (result?.profileId && !names.has(result.profileId)) names.set(result.profileId, `@${name}`);
    if (result?.eventId) names.set(result.eventId, `@${name}-event`);
  }
  // Lists and merges go by the order of ids, which is that of the clock, unless it was set back meanwhile.
  const profiles = [...names.keys()].filter((id) => id.startsWith('profile_'));
  if (profiles.some((id, index) => id < String(profiles[index - 1] ?? ''))) return worldWith(values);
  await mutate(world, 'labelIdentifier', { namespace: 'work-mail', value: 'm@example.com', label: 'work' });
  const blind = [await newKey(world, BLIND), await newKey(world, ['READ'])];
  return { ...world, blind, names };
}

/** In the order in which they are sent. */
function itemsOf(values: Values): Record<string, ItemInput> {
  const at = (hour: number) => ({ occurredAt: `2026-02-20T${String(hour).padStart(2, '0')}:00:00.000Z` });
  const { birthDate, nationalNumber, street, traits, note, address } = values;
  return {
    ada: {
      ...at(1),
      externalId: 'i1',
      // Of different namespaces: those of one are lined up by chance (identifiers.test.ts tries that).
      identifiers: [
        { namespace: 'external', value: 'ada' },
        { namespace: 'email', value: values.email },
        { namespace: 'work-mail', value: 'm@example.com' },
        { namespace: 'passport', value: values.card },
      ],
      attributes: { lastName: values.oldName, city: 'Ghent' },
      channels: [{ type: 'SMS', endpoint: '+32200000001' }],
    },
    again: event(
      { external: 'ada' },
      'delivery',
      { note, total: 5, customer: { address, plan: 'pro' } },
      {
        ...at(2),
        externalId: 'i2',
        attributes: {
          firstName: values.firstName,
          lastName: 'King',
          birthDate,
          nationalNumber,
          street,
          traits,
        },
        channels: [
          {
            type: 'SMS',
            endpoint: values.phone,
            isReachable: false,
            consents: [{ state: 'GRANTED', evidence: values.evidence }],
          },
        ],
      },
    ),
    bob: event({ external: 'bob', device: 'd1' }, 'delivery', { total: 3 }, { ...at(3), externalId: 'i3' }),
    cy: item({ external: 'cy', email: 'cy@example.com' }, { ...at(4), externalId: 'i4' }),
    conflict: item({ external: 'cy', email: values.email }, { ...at(5), externalId: 'i5' }),
    rejected: event({ email: values.quarantined }, 'delivery', { note }, { ...at(6), externalId: 'i6' }),
  };
}

async function mutate(world: TestServer, verb: string, input: object): Promise<void> {
  const type = String(schema.getMutationType()?.getFields()[verb]?.args[0]?.type);
  const answer = await gql(
    world,
    `mutation ($input: ${type}) { ${verb}(input: $input) { userErrors { code message } } }`,
    { input },
  );
  expect(expectNoErrors(answer)[verb].userErrors).toEqual([]);
}

const TEXTS = [ONE, OTHER].flatMap((values) =>
  Object.values(values).flatMap((value) => (typeof value === 'string' ? [value, value.slice(0, 3)] : [])),
);
const SEGMENTS = ['delivered', 'kings', 'kings', 'none'];
const PROFILES = ['@ada', '@ada', '@bob', '@cy'];
const POOL: Pool = {
  key: ['firstName', 'lastName', 'birthDate', 'nationalNumber', 'street', 'traits', 'city', 'city'],
  keys: ['firstName', 'traits', 'city', 'delivered', 'last_seen_at'],
  path: ['note', 'total', 'customer', 'customer.address', 'customer.plan', 'total'],
  namespace: ['email', 'phone', 'passport', 'external', 'external', 'device'],
  value: [...TEXTS, 'ada', 'bob', 'cy', 'd1'],
  ...{
    segment: SEGMENTS,
    segments: SEGMENTS,
    'segment.key': SEGMENTS,
    'UpdateSegmentInput.key': SEGMENTS,
    'SegmentRuleInput.key': SEGMENTS,
    'TagRuleInput.key': ['vip'],
  },
  ...{ 'segmentOverlap.segment': SEGMENTS, 'segmentOverlap.other': SEGMENTS },
  ...{ type: ['delivery', 'purchase'], types: ['delivery', 'purchase'], externalId: ['i1', 'i5', 'i6'] },
  ...{ taxonomy: ['themes'], term: ['account'], schema: ['member'], purpose: ['marketing'] },
  ...{ codes: ['PROPERTY_REQUIRED', 'IDENTIFIER_INVALID'], source: ['default'] },
  ...{ id: [...PROFILES, '@again-event', '@nobody'], ids: [...PROFILES, '@again-event'] },
  ...{ profileId: PROFILES, profileIds: PROFILES, survivorId: PROFILES },
  ...{
    sample: [1, 2, 2, 2, 101],
    first: [1, 2, 2, 2],
    last: [1, 2],
    points: [2, 3],
    answerWithinMs: [60_000],
  },
  ...{ after: ['garbage'], before: ['garbage'] },
  Int: [0, 1, 2, 17, 300],
  Boolean: [true, false],
  String: TEXTS,
  DateTime: ['2026-02-20T00:00:00.000Z', '2026-02-20T02:30:00.000Z', '2026-03-01T00:00:00.000Z'],
  JSON: [...TEXTS, 5, true, ONE.traits, OTHER.traits, ['Ada'], { address: ONE.address, plan: 'pro' }],
};

function withIds(query: Query, { names }: World): Query {
  const ids = new Map([...names].map(([id, name]) => [name, id]));
  const text = JSON.stringify(query.variables).replace(/"@[\w-]+"/g, (name) => {
    const id = ids.get(name.slice(1, -1));
    return JSON.stringify(id ?? 'profile_0');
  });
  return { query: query.query, variables: JSON.parse(text) as Record<string, unknown> };
}

const PASSING = /(^|_)(cursor|endCursor|startCursor|tookMs)$/;

/** What an answer says, without what differs by chance. */
function said({ status, data, errors, extensions }: Answer, { names }: World): unknown {
  const text = JSON.stringify({ status, data, errors, extensions }, (key, value: unknown) =>
    PASSING.test(key) && value !== null ? 'by chance' : value,
  );
  return JSON.parse(
    text.replace(
      /\b([a-z]+(?:_[a-z]+)*)_[0-9a-z]{26}\b/g,
      (id, kind: string) => names.get(id) ?? `some ${kind}`,
    ),
  );
}

async function answersOf(query: Query, world: World, keys: readonly string[]): Promise<unknown[]> {
  const { query: text, variables } = withIds(query, world);
  const answers = await Promise.all(keys.map((key) => gql(world, text, variables, { key })));
  return answers.map((answer) => said(answer, world));
}

/** The keys here lack that scope, and in which order the refusals of many fields come differs by chance. */
const NEED_ADMIN = new Set(
  ['scopes', 'source', 'createdAt', 'expiresAt', 'revokedAt'].map((field) => `ApiKey.${field}`),
);

/** Queries without end; what fast-check prints when one fails makes it again. */
const queries = fc.noBias(fc.infiniteStream(fc.nat())).map((drawn) => {
  const draw: Draw = (below) => drawn.next().value % below;
  return new RandomQuery(schema, POOL, draw, NEED_ADMIN).make();
});

/** Each by itself, and all of them at once. */
const DIFFERENCES: [name: string, values: Values][] = [
  ...(Object.keys(ONE) as (keyof Values)[]).map((key): [string, Values] => [
    key,
    { ...ONE, [key]: OTHER[key] },
  ]),
  ['everything', OTHER],
];

describe.each(DIFFERENCES)('two workspaces that differ in %s', (what, values) => {
  let other: World;

  beforeAll(async () => {
    other = await worldWith(values);
  });

  it('differ for a key with READ_PII', async () => {
    const profile = `name email phone attributes { key value } identifiers { nodes { value } } channels { nodes { endpoint consents { evidence } } }
      attributeHistory(key: "lastName") { nodes { value } } events { nodes { properties } }`;
    const query = {
      query: `{ profiles(orderBy: { field: CREATED_AT }) { nodes { ${profile} } } quarantine { nodes { item } } }`,
      variables: {},
    };
    expect(await answersOf(query, other, [other.key])).not.toEqual(await answersOf(query, one, [one.key]));
  });

  it('are alike without it, whatever is asked', async () => {
    await fc.assert(
      fc.asyncProperty(queries, async (query) => {
        expect(await answersOf(query, other, other.blind)).toEqual(await answersOf(query, one, one.blind));
      }),
      {
        numRuns: Infinity,
        interruptAfterTimeLimit: what === 'everything' ? 8 * PATIENCE_MS : PATIENCE_MS,
        endOnFailure: true,
      },
    );
  });
});

/** What can be compared, and is personal. */
const COMPARED: Record<string, (is: unknown) => object> = {
  'a name': (is) => ({ attribute: { key: 'firstName', is } }),
  'a birth date': (is) => ({ attribute: { key: 'birthDate', is } }),
  'an official number': (is) => ({ attribute: { key: 'nationalNumber', is } }),
  'an attribute that was discovered': (is) => ({ not: { attribute: { key: 'street', is } } }),
  'a property': (is) => ({ event: { type: 'delivery', where: [{ path: 'note', is }] } }),
  'a property that was discovered': (is) => ({
    event: { type: 'delivery', where: [{ path: 'customer.address', is }] },
  }),
  'a figure': (is) => ({
    any: [{ event: { type: 'delivery', aggregate: { function: 'LAST', path: 'note', is } } }],
  }),
};

it.each(Object.keys(COMPARED))('no comparison can be asked of %s', async (what) => {
  const operators = schema.getType('ComparisonInput');
  if (!isInputObjectType(operators)) throw new Error('there is no ComparisonInput');
  const rules = Object.values(operators.getFields()).flatMap(({ name, type }) =>
    [ONE, OTHER].flatMap((values) =>
      operandsOf(String(type), values).map((operand) => COMPARED[what]?.({ [name]: operand })),
    ),
  );
  const query = 'query ($rule: RuleInput!) { previewSegment(rule: $rule) { count } }';
  const asked = rules.map((rule) => answersOf({ query, variables: { rule } }, one, one.blind.slice(0, 1)));
  for (const [answer] of await Promise.all(asked)) {
    expect(answer).toMatchObject({
      data: { previewSegment: null },
      errors: [{ extensions: { code: expect.stringMatching(/^(FORBIDDEN|RULE_INVALID)$/) } }],
    });
  }
});

function operandsOf(type: string, values: Values): unknown[] {
  const texts = [values.birthDate, values.note];
  switch (type) {
    case 'Boolean':
      return [true, false];
    case 'DurationInput':
      return [{ days: 10 }, { days: 70_000 }];
    case 'RangeInput':
      return texts.map((text) => ({ from: text, to: text }));
    default:
      return type.startsWith('[') ? [texts] : texts;
  }
}
