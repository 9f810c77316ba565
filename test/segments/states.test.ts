import {
  createSegment,
  event,
  eventually,
  expectNoErrors,
  gql,
  item,
  ManualClock,
  newTenant,
  seed,
  snapshotTables,
  startServer,
  untilLive,
} from '../kit/index.js';
import type { TestServer } from '../kit/index.js';
import { changesOf, endOfLog } from '../live/change-log.js';

const HOUR_MS = 3_600_000;
const FROM_GHENT = { attribute: { key: 'city', is: { equals: 'Ghent' } } };
const BUYERS = { event: { type: 'purchase' } };

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

const lives = (who: string, city: string) => item({ external: who }, { attributes: { city } });

async function save(verb: 'create' | 'update', input: object) {
  const type = `${verb === 'create' ? 'Create' : 'Update'}SegmentInput`;
  const query = `mutation ($input: ${type}!) { ${verb}Segment(input: $input) { segment { state size } userErrors { code path } } }`;
  return expectNoErrors(await gql(tenant, query, { input }))[`${verb}Segment`];
}

async function update(key: string, changes: object) {
  const { segment, userErrors } = await save('update', { key, ...changes });
  expect(userErrors).toEqual([]);
  return segment.state as string;
}

async function membersOf(key: string): Promise<string[]> {
  const query = `query ($key: String!) { segment(key: $key) { members { nodes { identifiers { nodes { value } } } } } }`;
  const { segment } = expectNoErrors(await gql(tenant, query, { key }));
  return segment.members.nodes
    .map((one: { identifiers: { nodes: { value: string }[] } }) => one.identifiers.nodes[0]?.value)
    .sort();
}

const becomes = (key: string, members: string[]) =>
  eventually(
    `the members of ${key} are ${members.join()}`,
    async () => String(await membersOf(key)) === String(members),
  );

describe('a draft', () => {
  it('is checked and shown, but nobody belongs to it until it goes live', async () => {
    await seed(tenant, [lives('ada', 'Ghent')]);
    const { segment } = await save('create', {
      key: 'ghent',
      name: 'Ghent',
      rule: FROM_GHENT,
      targetState: 'DRAFT',
    });
    expect(segment).toEqual({ state: 'DRAFT', size: 0 });
    await seed(tenant, [lives('bea', 'Ghent')]);
    expect(await changesOf(tenant)).toEqual([]);
    expect(await update('ghent', { targetState: 'LIVE' })).toBe('BUILDING');
    await untilLive(tenant, 'ghent');
    expect(await membersOf('ghent')).toEqual(['ada', 'bea']);
    await update('ghent', { targetState: 'DRAFT' });
    await becomes('ghent', []);
    await seed(tenant, [lives('cid', 'Ghent')]);
    expect(await membersOf('ghent')).toEqual([]);
  });

  it.each(['PAUSED', 'ARCHIVED'])('cannot be made as %s', async (targetState) => {
    const before = await snapshotTables(tenant);
    const { userErrors } = await save('create', {
      key: 'ghent',
      name: 'Ghent',
      rule: FROM_GHENT,
      targetState,
    });
    expect(userErrors).toEqual([{ code: 'INVALID_VALUE', path: ['input', 'targetState'] }]);
    expect(await snapshotTables(tenant)).toEqual(before);
  });
});

it('a paused segment keeps its members as they were, and catches up when it is live again', async () => {
  await createSegment(tenant, 'ghent', FROM_GHENT);
  await seed(tenant, [lives('ada', 'Ghent'), lives('bea', 'Rome')]);
  expect(await update('ghent', { targetState: 'PAUSED' })).toBe('PAUSED');
  const after = await endOfLog(tenant);
  clock.advance(HOUR_MS);
  await seed(tenant, [lives('ada', 'Rome'), lives('bea', 'Ghent')]);
  expect(await membersOf('ghent')).toEqual(['ada']);
  // A change of the rule waits, too.
  await update('ghent', { rule: { any: [FROM_GHENT, BUYERS] } });
  await seed(tenant, [event({ external: 'cid' }, 'purchase')]);
  expect(await changesOf(tenant, { after })).toEqual([]);
  await update('ghent', { targetState: 'LIVE' });
  await untilLive(tenant, 'ghent');
  expect(await membersOf('ghent')).toEqual(['bea', 'cid']);
  expect(new Set((await changesOf(tenant, { after })).map(({ cause }) => cause))).toEqual(new Set(['BUILD']));
});

it('out of an archived segment everybody leaves; those that refer to it go on', async () => {
  await createSegment(tenant, 'ghent', FROM_GHENT);
  await createSegment(tenant, 'buyers-of-ghent', { all: [BUYERS, { segment: { key: 'ghent' } }] });
  await seed(tenant, [lives('ada', 'Ghent'), event({ external: 'ada' }, 'purchase')]);
  expect(await update('ghent', { targetState: 'ARCHIVED' })).toBe('ARCHIVED');
  await becomes('ghent', []);
  await seed(tenant, [lives('bea', 'Ghent'), event({ external: 'bea' }, 'purchase')]);
  expect(await membersOf('ghent')).toEqual([]);
  expect(await membersOf('buyers-of-ghent')).toEqual(['ada', 'bea']);
  const { segment } = expectNoErrors(
    await gql(tenant, '{ segment(key: "ghent") { summary state size changes { nodes { kind cause } } } }'),
  );
  expect(segment).toEqual({
    summary: 'People who have an attribute city that is "Ghent".',
    state: 'ARCHIVED',
    size: 0,
    changes: {
      nodes: [
        { kind: 'ENTERED', cause: 'INGEST' },
        { kind: 'EXITED', cause: 'BUILD' },
      ],
    },
  });
  await update('ghent', { targetState: 'LIVE' });
  await becomes('ghent', ['ada', 'bea']);
});

describe('a segment that expires', () => {
  it('is archived at that instant, everybody leaving by time', async () => {
    const expiresAt = new Date(clock.now().getTime() + HOUR_MS).toISOString();
    const { userErrors } = await save('create', { key: 'fair', name: 'Fair', rule: FROM_GHENT, expiresAt });
    expect(userErrors).toEqual([]);
    await untilLive(tenant, 'fair');
    await seed(tenant, [lives('ada', 'Ghent')]);
    clock.advance(HOUR_MS - 1);
    await seed(tenant, [lives('bea', 'Ghent')]);
    expect(await membersOf('fair')).toEqual(['ada', 'bea']);
    clock.advance(1);
    await becomes('fair', []);
    const changes = await changesOf(tenant);
    expect(changes.slice(2).map(({ kind, cause, at }) => [kind, cause, at])).toEqual(
      Array(2).fill(['EXITED', 'TIME', expiresAt]),
    );
    const { segment } = expectNoErrors(await gql(tenant, '{ segment(key: "fair") { state expiresAt } }'));
    expect(segment).toEqual({ state: 'ARCHIVED', expiresAt });
    const before = await snapshotTables(tenant);
    const refused = await save('update', { key: 'fair', targetState: 'LIVE' });
    expect(refused.userErrors).toEqual([{ code: 'INVALID_VALUE', path: ['input', 'expiresAt'] }]);
    expect(await snapshotTables(tenant)).toEqual(before);
    await update('fair', { targetState: 'LIVE', expiresAt: null });
    await becomes('fair', ['ada', 'bea']);
  });

  it('must expire later than now', async () => {
    const before = await snapshotTables(tenant);
    const { userErrors } = await save('create', {
      key: 'fair',
      name: 'Fair',
      rule: FROM_GHENT,
      expiresAt: clock.now().toISOString(),
    });
    expect(userErrors).toEqual([{ code: 'INVALID_VALUE', path: ['input', 'expiresAt'] }]);
    expect(await snapshotTables(tenant)).toEqual(before);
  });
});

describe('an exit rule', () => {
  const spent = (atLeast: number) => ({ derived: { key: 'total_spend', is: { gte: atLeast } } });
  const buys = (who: string, total: number) => event({ external: who }, 'purchase', { total });

  it('holds those who have come in until they fit it, whatever the rule says by then', async () => {
    await save('create', {
      key: 'engaged',
      name: 'Engaged',
      rule: { event: { type: 'visit', withinLast: { hours: 1 } } },
      exitRule: BUYERS,
      allowUndefined: true,
    });
    await untilLive(tenant, 'engaged');
    await seed(tenant, [
      event({ external: 'ada' }, 'visit'),
      ...[event({ external: 'bea' }, 'visit'), event({ external: 'bea' }, 'purchase')],
    ]);
    expect(await membersOf('engaged')).toEqual(['ada']);
    clock.advance(2 * HOUR_MS);
    await seed(tenant, [lives('ada', 'Ghent'), lives('cid', 'Ghent')]);
    expect(await membersOf('engaged')).toEqual(['ada']);
    const { explainSegment } = expectNoErrors(
      await gql(
        tenant,
        `query ($id: ID!) { explainSegment(audience: { segment: "engaged" }, profileId: $id) { isMatch summary } }`,
        { id: (await seed(tenant, [lives('ada', 'Rome')]))[0] },
      ),
    );
    expect(explainSegment).toEqual({
      isMatch: true,
      summary:
        'People who have at least 1 event of type visit within the last 1 hour; once in, they stay until they have at least 1 event of type purchase.',
    });
    await seed(tenant, [event({ external: 'ada' }, 'purchase')]);
    expect(await membersOf('engaged')).toEqual([]);
  });

  it('can be added, changed and taken away; a build keeps those who are in', async () => {
    await createSegment(tenant, 'big', spent(100));
    await seed(tenant, [buys('ada', 150), buys('bea', 50)]);
    await update('big', { rule: spent(200), exitRule: { not: spent(20) } });
    await untilLive(tenant, 'big');
    expect(await membersOf('big')).toEqual(['ada']);
    await update('big', { exitRule: { not: spent(160) } });
    await untilLive(tenant, 'big');
    expect(await membersOf('big')).toEqual([]);
    await update('big', { exitRule: null, rule: spent(40) });
    await untilLive(tenant, 'big');
    expect(await membersOf('big')).toEqual(['ada', 'bea']);
  });

  it('makes no cycle, and is refused with its own path', async () => {
    await createSegment(tenant, 'ghent', FROM_GHENT);
    await save('create', { key: 'a', name: 'A', rule: BUYERS, exitRule: { segment: { key: 'ghent' } } });
    const before = await snapshotTables(tenant);
    const cycle = await save('update', { key: 'ghent', exitRule: { segment: { key: 'a' } } });
    expect(cycle.userErrors).toEqual([{ code: 'SEGMENT_CYCLE', path: ['input', 'exitRule'] }]);
    const unknown = await save('update', { key: 'ghent', exitRule: { segment: { key: 'none' } } });
    expect(unknown.userErrors).toEqual([
      { code: 'SEGMENT_UNKNOWN', path: ['input', 'exitRule', 'segment', 'key'] },
    ]);
    expect(await snapshotTables(tenant)).toEqual(before);
  });
});

it('every version of the rules is kept, with who saved it and when', async () => {
  const created = clock.now().toISOString();
  await createSegment(tenant, 'ghent', FROM_GHENT);
  const saved = clock.advance(HOUR_MS).toISOString();
  await update('ghent', { rule: BUYERS });
  await update('ghent', { name: 'Another name' });
  await update('ghent', { exitRule: FROM_GHENT });
  const query = `query ($after: String) { viewer { keyName } segment(key: "ghent") { versions(first: 2, after: $after) {
    nodes { number rule exitRule savedAt savedBy { name } } pageInfo { hasNextPage endCursor } } } }`;
  const { segment, viewer } = expectNoErrors(await gql(tenant, query));
  const by = { savedBy: { name: viewer.keyName } };
  expect(segment.versions.nodes).toEqual([
    { number: 3, rule: BUYERS, exitRule: FROM_GHENT, savedAt: saved, ...by },
    { number: 2, rule: BUYERS, exitRule: null, savedAt: saved, ...by },
  ]);
  const after = segment.versions.pageInfo.endCursor;
  const { segment: rest } = expectNoErrors(await gql(tenant, query, { after }));
  expect(rest.versions.nodes).toEqual([
    { number: 1, rule: FROM_GHENT, exitRule: null, savedAt: created, ...by },
  ]);
  expect(rest.versions.pageInfo.hasNextPage).toBe(false);
});
