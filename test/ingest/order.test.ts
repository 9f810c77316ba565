import {
  createSegment,
  defineEventType,
  event,
  expectNoErrors,
  gql,
  ingest,
  item,
  ManualClock,
  newTenant,
  seed,
  startServer,
} from '../kit/index.js';
import type { ItemInput, TestServer } from '../kit/index.js';
import { define, labelsOf } from '../profiles/labels-kit.js';
import { channelsOf } from '../consent/consent-kit.js';
import { act } from './quarantine-kit.js';

/** What people write that nothing orders but their place: all of it undated, or all of one stated instant. */
const WHEN: [string, Partial<ItemInput>][] = [
  ['undated', {}],
  ['of one stated instant', { occurredAt: '2026-01-05T10:00:00.000Z' }],
];
const ADA = { external: 'ada' };
const EMAIL = { type: 'EMAIL', endpoint: 'ada@example.com' };

let server: TestServer;
let tenant: TestServer;

beforeAll(async () => {
  server = await startServer({ clock: new ManualClock() });
});

beforeEach(async () => {
  tenant = { ...server, ...(await newTenant(server)) };
});

/** In one request, and in a request for each: the present stands still in between. */
const CUTS: [string, (items: ItemInput[]) => Promise<unknown>][] = [
  ['one request', (items) => seed(tenant, items)],
  [
    'requests of their own',
    async (items) => {
      for (const one of items) await seed(tenant, [one]);
    },
  ],
];
const CASES = WHEN.flatMap(([when, rest]) => CUTS.map(([cut, send]) => ({ when, rest, cut, send })));

async function attributeOf(key: string, namespace = 'external', value = 'ada'): Promise<unknown> {
  const query = `query ($key: String!, $namespace: String!, $value: String!) {
    profileByIdentifier(namespace: $namespace, value: $value) { attribute(key: $key) } }`;
  return expectNoErrors(await gql(tenant, query, { key, namespace, value })).profileByIdentifier.attribute;
}

async function eventsOf(who: string): Promise<{ properties: { tier: string }; receivedAt: string }[]> {
  const query = `query ($who: String!) { profileByIdentifier(namespace: "external", value: $who) {
    events(first: 500) { nodes { occurredAt receivedAt properties } } } }`;
  return expectNoErrors(await gql(tenant, query, { who })).profileByIdentifier.events.nodes;
}

const membersOf = async (rule: unknown): Promise<number> =>
  expectNoErrors(
    await gql(tenant, 'query ($rule: RuleInput!) { previewSegment(rule: $rule) { count } }', { rule }),
  ).previewSegment.count;

describe.each(CASES)('what is $when, in $cut', ({ rest, send }) => {
  it.each([
    ['city', ['Zürich', 'Amsterdam']],
    ['city', ['Amsterdam', 'Zürich']],
    ['bonus', [900, 50]],
    ['bonus', [50, 900, 50]],
    ['likes', [['b', 'a'], { a: 1 }, 'a']],
    ['city', [null, 'Ghent']],
    ['city', ['Ghent', null]],
  ])('leaves of %s %j the last', async (key, values) => {
    await send(values.map((value) => item(ADA, { ...rest, attributes: { [key]: value } })));
    expect(await attributeOf(key)).toEqual(values.at(-1));
  });

  it('are events, the newest first, the last of which is LAST and the first FIRST', async () => {
    const tiers = ['gold', 'silver', 'bronze'];
    await createSegment(tenant, 'bronze', {
      event: {
        type: 'tier_changed',
        aggregate: { function: 'LAST', path: 'tier', is: { equals: 'bronze' } },
      },
    });
    await send(tiers.map((tier) => event(ADA, 'tier_changed', { tier }, rest)));
    expect((await eventsOf('ada')).map(({ properties }) => properties.tier)).toEqual([
      'bronze',
      'silver',
      'gold',
    ]);
    const figure = (name: string, equals: string) =>
      membersOf({
        event: { type: 'tier_changed', aggregate: { function: name, path: 'tier', is: { equals } } },
      });
    expect(await Promise.all([figure('LAST', 'bronze'), figure('FIRST', 'gold')])).toEqual([1, 1]);
    expect(expectNoErrors(await gql(tenant, '{ segment(key: "bronze") { size } }')).segment.size).toBe(1);
  });

  it('puts tags, terms and facets on and off', async () => {
    await define(tenant, 'defineTag', { key: 'vip', label: 'VIP' });
    await define(tenant, 'defineTag', { key: 'new', label: 'New' });
    await send(
      [
        { add: ['vip'] },
        { remove: ['vip'], add: ['new'], adopt: ['member'] },
        { add: ['vip'], remove: ['new'] },
        { drop: ['member'] },
      ].map((tags) => item(ADA, { ...rest, tags })),
    );
    expect(await labelsOf(tenant, 'ada')).toEqual(['vip', '(customer)']);
  });

  it('tells whether a channel is used, reached and verified', async () => {
    const told = [
      { isActive: false, isReachable: false, verified: { by: 'link' } },
      { isActive: true, isReachable: true, verified: { by: 'code' } },
    ];
    for (const [who, channels] of [
      ['ada', told],
      ['bob', told.toReversed()],
    ] as const)
      await send(
        channels.map((channel) => item({ external: who }, { ...rest, channels: [{ ...EMAIL, ...channel }] })),
      );
    expect(await channelsOf(tenant, 'ada')).toMatchObject([
      { isActive: true, isReachable: true, verifiedBy: 'code' },
    ]);
    expect(await channelsOf(tenant, 'bob')).toMatchObject([
      { isActive: false, isReachable: false, verifiedBy: 'link' },
    ]);
  });

  it('goes on as it arrived through a merge and its undo', async () => {
    const says = (device: string, city: string) => item({ device }, { ...rest, attributes: { city } });
    const linking = item({ device: 'one' });
    linking.identifiers.push({ namespace: 'device', value: 'two' });
    await send([says('two', 'Zürich'), says('one', 'Amsterdam'), says('two', 'Ypres')]);
    await seed(tenant, [linking]);
    expect(await attributeOf('city', 'device', 'one')).toBe('Ypres');
    await send([says('one', 'Bruges')]);
    expect(await attributeOf('city', 'device', 'two')).toBe('Bruges');
    const { merges } = expectNoErrors(await gql(tenant, '{ merges { nodes { id } } }'));
    const undo = 'mutation ($id: ID!) { unmergeProfiles(input: { mergeId: $id }) { userErrors { code } } }';
    expectNoErrors(await gql(tenant, undo, merges.nodes[0]));
    expect(await Promise.all(['one', 'two'].map((device) => attributeOf('city', 'device', device)))).toEqual([
      'Bruges',
      'Ypres',
    ]);
  });

  it('is in that order in a request of several batches', async () => {
    // 200 items of 5 kB are more than a batch holds.
    const padding = 'x'.repeat(5_000);
    await send(
      Array.from({ length: 200 }, (_, number) =>
        event(ADA, 'tier_changed', { tier: String(number), padding }, { ...rest, attributes: { number } }),
      ),
    );
    expect(await attributeOf('number')).toBe(199);
    expect((await eventsOf('ada')).map(({ properties }) => Number(properties.tier))).toEqual(
      Array.from({ length: 200 }, (_, index) => 199 - index),
    );
  });
});

it('a later instant that is stated wins, whenever it arrives', async () => {
  const says = (city: string, day: number) =>
    item(ADA, { attributes: { city }, occurredAt: `2026-01-0${day}T00:00:00.000Z` });
  await seed(tenant, [says('Bruges', 3), says('Zürich', 2), says('Ypres', 1)]);
  expect(await attributeOf('city')).toBe('Bruges');
});

it('what was in quarantine keeps its place: what arrived later stands', async () => {
  const properties = (type: string) => [{ key: 'total', type }];
  await defineEventType(tenant, { key: 'order', properties: properties('NUMBER') });
  const broken = event(ADA, 'order', { total: 'much' }, { attributes: { city: 'Zürich' } });
  expect(await ingest(tenant, [broken, item(ADA, { attributes: { city: 'Amsterdam' } })])).toMatchObject([
    { status: 'REJECTED' },
    { status: 'ACCEPTED' },
  ]);
  const mend =
    'mutation ($input: UpdateEventTypeInput!) { updateEventType(input: $input) { userErrors { code } } }';
  expectNoErrors(await gql(tenant, mend, { input: { key: 'order', properties: properties('JSON') } }));
  expect(await act(tenant, 'replayQuarantine')).toMatchObject({ accepted: 1 });
  expect(await attributeOf('city')).toBe('Amsterdam');
});

it('all items of a request were received at one instant, for which undated ones are', async () => {
  let ticks = Date.UTC(2026, 2, 1);
  const ticking = await startServer({ clock: { now: () => new Date((ticks += 1)) } });
  tenant = ticking;
  await seed(
    ticking,
    Array.from({ length: 300 }, (_, index) => event(ADA, 'visit', { tier: String(index) })),
  );
  const events = (await eventsOf('ada')) as {
    occurredAt?: string;
    receivedAt: string;
    properties: { tier: string };
  }[];
  expect(new Set(events.flatMap(({ occurredAt, receivedAt }) => [occurredAt, receivedAt])).size).toBe(1);
  expect(events.map(({ properties }) => Number(properties.tier))).toEqual(
    Array.from({ length: 300 }, (_, index) => 299 - index),
  );
});
