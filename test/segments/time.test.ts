import {
  asAdmin,
  event,
  eventually,
  expectNoErrors,
  gql,
  ManualClock,
  newTenant,
  createSegment,
  seed,
  startServer,
} from '../kit/index.js';
import type { TestServer } from '../kit/index.js';
import { changesOf, endOfLog, follow } from '../live/change-log.js';
import type { Change } from '../live/change-log.js';
import { fits, lengthOf } from './evaluate-plainly.js';

const START = '2026-03-01T12:00:00.000Z';
const HOUR = 3_600_000;
const VISIT_LAST_2_HOURS = { event: { type: 'visit', withinLast: { hours: 2 } } };

let clock: ManualClock;
let server: TestServer;

beforeAll(async () => {
  clock = new ManualClock(START);
  server = await startServer({ clock });
});

/** Each test has a workspace of its own; the clock they share only goes forward, and starts a day later. */
async function newWorkspace(): Promise<TestServer> {
  clock.advance(24 * HOUR);
  return { ...server, ...(await newTenant(server)) };
}

const inHours = (hours: number) => new Date(clock.now().getTime() + hours * HOUR);

async function members(tenant: TestServer, key: string): Promise<string[]> {
  const data = expectNoErrors(
    await gql(
      tenant,
      `query ($key: String!) { segment(key: $key) { members(first: 500) { nodes { id } } } }`,
      {
        key,
      },
    ),
  );
  return data.segment.members.nodes.map(({ id }: { id: string }) => id).sort();
}

/** From scratch, at this instant. */
async function preview(tenant: TestServer, rule: object): Promise<string[]> {
  const data = expectNoErrors(
    await gql(
      tenant,
      `query ($rule: RuleInput!) { previewSegment(rule: $rule, sample: 100) { sample { id } } }`,
      {
        rule,
      },
    ),
  );
  return data.previewSegment.sample.map(({ id }: { id: string }) => id).sort();
}

const told = ({ kind, cause, at, segment, profile }: Change) => ({
  kind,
  cause,
  at,
  segment: segment.key,
  profile: profile.id,
});

it('takes a person out at the very instant at which the event is as old as the window is long', async () => {
  const tenant = await newWorkspace();
  await createSegment(tenant, 'lately', VISIT_LAST_2_HOURS);
  const [ada] = await seed(tenant, [
    event({ external: 'ada' }, 'visit', {}, { occurredAt: inHours(-1).toISOString() }),
  ]);
  const reader = await follow(tenant, { after: await endOfLog(tenant) });
  const leaves = inHours(1);

  clock.set(new Date(leaves.getTime() - 1));
  expect(await members(tenant, 'lately')).toEqual([ada]);
  expect(await preview(tenant, VISIT_LAST_2_HOURS)).toEqual([ada]);
  clock.set(leaves);
  expect(await preview(tenant, VISIT_LAST_2_HOURS)).toEqual([]);
  expect(told(await reader.next())).toEqual({
    kind: 'EXITED',
    cause: 'TIME',
    at: leaves.toISOString(),
    segment: 'lately',
    profile: ada,
  });
  expect(await members(tenant, 'lately')).toEqual([]);
});

it('brings a person in when the event that was dated ahead takes place, and not before', async () => {
  const tenant = await newWorkspace();
  await createSegment(tenant, 'lately', VISIT_LAST_2_HOURS);
  const [ada] = await seed(tenant, [
    event({ external: 'ada' }, 'visit', {}, { occurredAt: inHours(3).toISOString() }),
  ]);
  const after = await endOfLog(tenant);
  const reader = await follow(tenant, { after });
  const [comes, goes] = [inHours(3), inHours(5)];

  clock.set(new Date(comes.getTime() - 1));
  expect(await members(tenant, 'lately')).toEqual([]);
  clock.set(comes);
  expect(await reader.next()).toMatchObject({ kind: 'ENTERED', cause: 'TIME', at: comes.toISOString() });
  expect(await members(tenant, 'lately')).toEqual([ada]);
  clock.set(goes);
  expect(await reader.next()).toMatchObject({ kind: 'EXITED', cause: 'TIME', at: goes.toISOString() });
  expect(await members(tenant, 'lately')).toEqual([]);
  expect(await changesOf(tenant, { after })).toHaveLength(2);
});

it('turns the negation the other way round at the same instant', async () => {
  const tenant = await newWorkspace();
  await createSegment(tenant, 'lately', VISIT_LAST_2_HOURS);
  await createSegment(tenant, 'lost', { not: { segment: { key: 'lately' } } });
  const [ada] = await seed(tenant, [event({ external: 'ada' }, 'visit')]);
  const reader = await follow(tenant, { after: await endOfLog(tenant) });

  const at = clock.advance(2 * HOUR).toISOString();
  const both = await reader.take(2);
  expect(both.map(told)).toEqual(
    expect.arrayContaining([
      { kind: 'EXITED', cause: 'TIME', at, segment: 'lately', profile: ada },
      { kind: 'ENTERED', cause: 'TIME', at, segment: 'lost', profile: ada },
    ]),
  );
  expect(await members(tenant, 'lost')).toEqual([ada]);
});

it('holds a person for as long as a later event does, and notes the new end when one comes', async () => {
  const tenant = await newWorkspace();
  await createSegment(tenant, 'lately', VISIT_LAST_2_HOURS);
  await seed(tenant, [event({ external: 'ada' }, 'visit')]);
  const after = await endOfLog(tenant);
  const reader = await follow(tenant, { after });
  clock.advance(HOUR);
  await seed(tenant, [event({ external: 'ada' }, 'visit')]);
  await createSegment(tenant, 'twice', {
    event: { type: 'visit', withinLast: { hours: 2 }, count: { atLeast: 2 } },
  });
  expect(await reader.next()).toMatchObject({ segment: { key: 'twice' }, kind: 'ENTERED', cause: 'BUILD' });

  const firstGoes = clock.advance(HOUR).toISOString();
  expect(await reader.next()).toMatchObject({ segment: { key: 'twice' }, kind: 'EXITED', at: firstGoes });
  const secondGoes = clock.advance(HOUR).toISOString();
  expect(await reader.next()).toMatchObject({ segment: { key: 'lately' }, kind: 'EXITED', at: secondGoes });
  expect(await changesOf(tenant, { after })).toHaveLength(3);
});

it('catches up with all that fell due while no server ran, each person once', async () => {
  const tenant = await newWorkspace();
  await createSegment(tenant, 'lately', VISIT_LAST_2_HOURS);
  const people = await seed(
    tenant,
    Array.from({ length: 700 }, (_, index) => event({ external: `p${index}` }, 'visit')),
  );
  const after = await endOfLog(tenant);
  const reader = await follow(tenant, { after });
  clock.advance(9 * HOUR);
  const exits = await reader.take(700);
  expect(exits.map(({ profile }) => profile.id).sort()).toEqual(people.toSorted());
  expect(new Set(exits.map(({ kind, cause }) => `${kind} ${cause}`))).toEqual(new Set(['EXITED TIME']));
  expect(await members(tenant, 'lately')).toEqual([]);
  expect(await changesOf(tenant, { after })).toHaveLength(700);
});

it('is exact just before, at and just after every instant at which something can change', async () => {
  const tenant = await newWorkspace();
  const start = clock.now();
  const visits = (window: object, count: object) => ({ event: { type: 'visit', withinLast: window, count } });
  const rules: Record<string, { event: { withinLast: Record<string, number> } }> = {
    once: visits({ minutes: 90 }, { atLeast: 1 }) as never,
    exactly2: visits({ hours: 2 }, { exactly: 2 }) as never,
    'at-most-1': visits({ hours: 3 }, { atMost: 1 }) as never,
  };
  const hours: Record<string, number[]> = {
    ada: [-1, -0.5, 1],
    bea: [-1.25, 0.25],
    cid: [-2.75, -0.5, -0.5, 0.5],
  };
  const ids = new Map<string, string>();
  for (const [key, rule] of Object.entries(rules)) await createSegment(tenant, key, rule);
  for (const [name, times] of Object.entries(hours)) {
    const [id] = await seed(
      tenant,
      times.map((time) =>
        event({ external: name }, 'visit', {}, { occurredAt: inHours(time).toISOString() }),
      ),
    );
    ids.set(name, id!);
  }
  const expectedAt = (key: string, at: Date) =>
    Object.entries(hours)
      .filter(([, times]) => {
        const events = times.map((time) => ({
          type: 'visit',
          at: start.getTime() + time * HOUR,
          properties: {},
        }));
        return fits(rules[key], { attributes: new Map(), events }, at);
      })
      .map(([name]) => ids.get(name)!)
      .sort();
  const look = async () => {
    for (const [key, rule] of Object.entries(rules)) {
      const expected = expectedAt(key, clock.now());
      expect({ key, at: clock.now(), members: await members(tenant, key) }).toEqual({
        key,
        at: clock.now(),
        members: expected,
      });
      expect(await preview(tenant, rule)).toEqual(expected);
    }
  };
  const instants = Object.values(hours)
    .flat()
    .flatMap((time) =>
      [0, ...Object.values(rules).map((rule) => lengthOf(rule.event.withinLast))].map(
        (window) => start.getTime() + time * HOUR + window,
      ),
    );
  const boundaries = [...new Set(instants)].filter((at) => at > start.getTime()).sort((a, b) => a - b);
  const after = await endOfLog(tenant);
  const reader = await follow(tenant, { after });
  let flips = 0;
  await look();
  for (const boundary of boundaries) {
    clock.set(new Date(boundary - 1));
    await look();
    const expected = Object.keys(rules).flatMap((key) => {
      const before = expectedAt(key, clock.now());
      const then = expectedAt(key, new Date(boundary));
      const change = (kind: string, profile: string) => ({
        kind,
        cause: 'TIME',
        at: new Date(boundary).toISOString(),
        segment: key,
        profile,
      });
      return [
        ...before.filter((id) => !then.includes(id)).map((id) => change('EXITED', id)),
        ...then.filter((id) => !before.includes(id)).map((id) => change('ENTERED', id)),
      ];
    });
    clock.set(new Date(boundary));
    const changes = await reader.take(expected.length);
    expect(changes.map(told).sort(byText)).toEqual(expected.sort(byText));
    flips += expected.length;
    await look();
    clock.advance(1);
    await look();
  }
  expect(flips).toBeGreaterThan(10);
  expect(await changesOf(tenant, { after })).toHaveLength(flips);
}, 60_000);

function byText(one: object, other: object): number {
  return JSON.stringify(one) < JSON.stringify(other) ? -1 : 1;
}

it('moves people by time although rechecks of profiles that are gone are due before, and forgets these', async () => {
  const tenant = await newWorkspace();
  await createSegment(tenant, 'recent', VISIT_LAST_2_HOURS);
  await seed(tenant, [event({ external: 'ada' }, 'visit', {}, { occurredAt: clock.now().toISOString() })]);
  expect(await members(tenant, 'recent')).toHaveLength(1);
  const rechecks = (text: string) =>
    asAdmin(server.databaseUrl, async (client) => (await client.query(text, [tenant.workspaceId])).rows);
  // More than two batches, all of them due before the one of somebody who is there.
  await rechecks(
    `insert into recheck (shard, profile_id, due_at)
    select $1::int * 256 + n % 256, gen_random_uuid(), now() - interval '10 years' from generate_series(1, 1200) n`,
  );
  clock.advance(3 * HOUR);
  await eventually('time has moved her out', async () => (await members(tenant, 'recent')).length === 0);
  expect(await rechecks('select from recheck where shard >> 8 = $1')).toEqual([]);
});
