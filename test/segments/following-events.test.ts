import {
  createSegment,
  event,
  expectNoErrors,
  gql,
  ManualClock,
  newTenant,
  seed,
  startServer,
} from '../kit/index.js';
import type { TestServer } from '../kit/index.js';
import { endOfLog, follow } from '../live/change-log.js';

const MINUTE_MS = 60_000;
const ABANDONED = { event: { type: 'cart', notFollowedBy: { type: 'purchase', within: { hours: 1 } } } };

let clock: ManualClock;
let server: TestServer;
let tenant: TestServer;

beforeAll(async () => {
  clock = new ManualClock();
  server = await startServer({ clock });
});

beforeEach(async () => {
  tenant = { ...server, ...(await newTenant(server)) };
});

/** Something that a person did some minutes ago. */
const did = (who: string, type: string, minutesAgo: number, properties = {}) =>
  event({ external: who }, type, properties, {
    occurredAt: new Date(clock.now().getTime() - minutesAgo * MINUTE_MS).toISOString(),
  });

async function fitting(rule: object): Promise<string[]> {
  const query = `query ($rule: RuleInput!) { profiles(where: $rule) { nodes { identifiers { nodes { value } } } } }`;
  const { profiles } = expectNoErrors(await gql(tenant, query, { rule }));
  return profiles.nodes
    .map((one: { identifiers: { nodes: { value: string }[] } }) => one.identifiers.nodes[0]?.value)
    .sort();
}

it('an event counts when the other comes with it or later, by no more than the duration', async () => {
  const followedBy = { type: 'purchase', within: { minutes: 10 } };
  await seed(tenant, [
    ...[did('at-once', 'cart', 50), did('at-once', 'purchase', 50)],
    ...[did('after-1', 'cart', 50), did('after-1', 'purchase', 49)],
    ...[did('after-10', 'cart', 50), did('after-10', 'purchase', 40)],
    ...[did('after-11', 'cart', 50), did('after-11', 'purchase', 39)],
    ...[did('before', 'purchase', 51), did('before', 'cart', 50)],
    did('never', 'cart', 50),
  ]);
  expect(await fitting({ event: { type: 'cart', followedBy } })).toEqual(['after-1', 'after-10', 'at-once']);
  expect(await fitting({ event: { type: 'cart', notFollowedBy: followedBy } })).toEqual([
    'after-11',
    'before',
    'never',
  ]);
});

describe('events of one instant follow each other', () => {
  const minutes = { minutes: 1 };

  it('whichever came first, but none follows itself', async () => {
    const followedBy = { type: 'view', within: minutes };
    await seed(tenant, [
      ...[did('cart-first', 'cart', 50), did('cart-first', 'view', 50)],
      ...[did('view-first', 'view', 50), did('view-first', 'cart', 50)],
      ...[did('twice', 'view', 50), did('twice', 'view', 50)],
      did('once', 'view', 50),
    ]);
    expect(await fitting({ event: { type: 'cart', followedBy } })).toEqual(['cart-first', 'view-first']);
    expect(await fitting({ event: { type: 'view', followedBy } })).toEqual(['twice']);
    expect(await fitting({ event: { type: 'view', notFollowedBy: followedBy } })).toEqual([
      'cart-first',
      'once',
      'view-first',
    ]);
  });

  it('in a row, in which each stands once', async () => {
    const row = { type: 'cart', within: minutes, followedBy: { type: 'view', within: minutes } };
    await seed(tenant, [
      ...[did('three', 'view', 50), did('three', 'cart', 50), did('three', 'view', 50)],
      ...[did('two', 'view', 50), did('two', 'cart', 50)],
    ]);
    expect(await fitting({ event: { type: 'view', followedBy: row } })).toEqual(['three']);
    expect(await fitting({ event: { type: 'view', notFollowedBy: row } })).toEqual(['two']);
  });

  it('so that what was bought at the very instant is not abandoned, live as in a preview', async () => {
    await createSegment(tenant, 'abandoned', ABANDONED);
    const reader = await follow(tenant, { after: await endOfLog(tenant) });
    await seed(tenant, [did('ada', 'cart', 0), did('ada', 'purchase', 0), did('bea', 'cart', 0)]);
    clock.advance(60 * MINUTE_MS);
    expect(await fitting(ABANDONED)).toEqual(['bea']);
    const members = () => fitting({ segment: { key: 'abandoned' } });
    expect(await reader.next()).toMatchObject({ kind: 'ENTERED', cause: 'TIME' });
    expect(await members()).toEqual(['bea']);
    // Word of it may come late.
    await seed(tenant, [did('bea', 'purchase', 60)]);
    expect(await reader.next()).toMatchObject({ kind: 'EXITED', cause: 'INGEST' });
    expect(await fitting(ABANDONED)).toEqual([]);
  });
});

it('conditions are those of each event by itself, and several can be asked for in a row', async () => {
  const item = (id: string) => ({ where: [{ path: 'item', is: { equals: id } }] });
  const rule = {
    event: {
      type: 'view',
      ...item('a'),
      followedBy: {
        type: 'cart',
        ...item('b'),
        within: { hours: 1 },
        followedBy: { type: 'purchase', within: { minutes: 10 } },
      },
    },
  };
  await seed(tenant, [
    ...[did('fits', 'view', 90, { item: 'a' }), did('fits', 'cart', 40, { item: 'b' })],
    did('fits', 'purchase', 35),
    ...[did('too-late', 'view', 90, { item: 'a' }), did('too-late', 'cart', 40, { item: 'b' })],
    did('too-late', 'purchase', 20),
    ...[did('other', 'view', 90, { item: 'a' }), did('other', 'cart', 40, { item: 'c' })],
    did('other', 'purchase', 35),
  ]);
  expect(await fitting(rule)).toEqual(['fits']);
});

it('an abandoned cart counts from the instant at which the duration is over, and no longer once the other event turns up', async () => {
  await createSegment(tenant, 'abandoned', ABANDONED);
  const reader = await follow(tenant, { after: await endOfLog(tenant) });
  const [ada] = await seed(tenant, [did('ada', 'cart', 0)]);
  const over = new Date(clock.now().getTime() + 60 * MINUTE_MS);
  await seed(tenant, [did('bea', 'cart', 0)]);
  clock.advance(30 * MINUTE_MS);
  await seed(tenant, [did('bea', 'purchase', 0)]);
  clock.set(new Date(over.getTime() - 1));
  expect(await fitting(ABANDONED)).toEqual([]);
  clock.set(over);
  expect(await reader.next()).toMatchObject({
    kind: 'ENTERED',
    cause: 'TIME',
    at: over.toISOString(),
    profile: { id: ada },
  });
  expect(await fitting(ABANDONED)).toEqual(['ada']);
  // The purchase was made in time; word of it comes late.
  await seed(tenant, [did('ada', 'purchase', 1)]);
  expect(await reader.next()).toMatchObject({ kind: 'EXITED', cause: 'INGEST', profile: { id: ada } });
});

it('what a later step waits for is waited for, too', async () => {
  await createSegment(tenant, 'stalled', {
    event: {
      type: 'view',
      followedBy: {
        type: 'cart',
        within: { hours: 2 },
        notFollowedBy: { type: 'purchase', within: { hours: 1 } },
      },
    },
  });
  const reader = await follow(tenant, { after: await endOfLog(tenant) });
  const [ada] = await seed(tenant, [did('ada', 'view', 90), did('ada', 'cart', 0)]);
  const over = clock.advance(60 * MINUTE_MS).toISOString();
  expect(await reader.next()).toMatchObject({
    kind: 'ENTERED',
    cause: 'TIME',
    at: over,
    profile: { id: ada },
  });
});

it('reads well', async () => {
  const where = [{ path: 'total', is: { gt: 50 } }];
  await createSegment(tenant, 'abandoned', {
    event: {
      type: 'cart',
      where,
      withinLast: { days: 7 },
      notFollowedBy: { type: 'purchase', within: { hours: 1 } },
    },
  });
  const { segment } = expectNoErrors(await gql(tenant, '{ segment(key: "abandoned") { summary } }'));
  expect(segment.summary).toBe(
    'People who have at least 1 event of type cart (not defined) where total is more than 50 within the last 7 days not followed by one of type purchase within 1 hour.',
  );
});

it.each([
  [{ type: 'purchase', within: { days: 0 } }, ['within']],
  [{ type: '', within: { days: 1 } }, ['type']],
  [{ type: 'purchase', within: { days: 1 }, where: [{ path: '', is: { gt: 1 } }] }, ['where', '0', 'path']],
])('%j is refused with its place', async (followedBy, path) => {
  const query = `query ($rule: RuleInput!) { previewSegment(rule: $rule) { count } }`;
  const { errors } = await gql(tenant, query, { rule: { event: { type: 'cart', followedBy } } });
  expect(errors?.[0]?.extensions).toMatchObject({
    code: 'RULE_INVALID',
    argumentPath: ['rule', 'event', 'followedBy', ...path],
  });
});

it('five events in a row are the most', async () => {
  const row = (length: number): object => ({
    type: 'a',
    ...(length > 1 && { followedBy: { ...row(length - 1), within: { days: 1 } } }),
  });
  expect(await fitting({ event: row(5) })).toEqual([]);
  const query = `query ($rule: RuleInput!) { previewSegment(rule: $rule) { count } }`;
  const { errors } = await gql(tenant, query, { rule: { event: row(6) } });
  expect(errors?.[0]?.extensions).toMatchObject({ code: 'RULE_INVALID' });
});
