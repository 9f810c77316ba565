import {
  createSegment,
  expectNoErrors,
  gql,
  ManualClock,
  newTenant,
  snapshotTables,
  startServer,
  untilLive,
} from '../kit/index.js';
import type { TestServer } from '../kit/index.js';

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
  const input = { key: 'ghent', name: 'Ghent', description: 'Why', rule: FROM_GHENT, exitRule: BUYERS };
  const expiresAt = new Date(clock.now().getTime() + 86_400_000).toISOString();
  await mutate('createSegment', { ...input, expiresAt, allowUndefined: true });
  await untilLive(tenant, 'ghent');
});

const SEGMENT = `id key name description targetState state rule exitRule expiresAt updatedAt createdBy { name }`;

async function mutate(verb: string, input: object, payload = `segment { ${SEGMENT} }`) {
  const type = `${verb[0]?.toUpperCase()}${verb.slice(1)}Input`;
  const query = `mutation ($input: ${type}!) { ${verb}(input: $input) { ${payload}
    userErrors { code path subjects { ... on Segment { key } } } } }`;
  return expectNoErrors(await gql(tenant, query, { input }))[verb];
}

const segmentOf = async () =>
  expectNoErrors(await gql(tenant, `{ segment(key: "ghent") { ${SEGMENT} } }`)).segment;

it('tells the second of two people who edit a segment of the conflict, and changes nothing', async () => {
  const { updatedAt: ifUnchangedSince } = await segmentOf();
  clock.advance(1_000);
  const first = await mutate('updateSegment', { key: 'ghent', name: 'First', ifUnchangedSince });
  expect(first).toMatchObject({ segment: { name: 'First' }, userErrors: [] });
  const before = await snapshotTables(tenant);
  const second = await mutate('updateSegment', { key: 'ghent', name: 'Second', ifUnchangedSince });
  expect(second).toEqual({
    segment: null,
    userErrors: [{ code: 'CHANGED_SINCE', path: ['input', 'ifUnchangedSince'], subjects: null }],
  });
  expect(await snapshotTables(tenant)).toEqual(before);
  const { updatedAt } = first.segment;
  const third = await mutate('updateSegment', { key: 'ghent', name: 'Third', ifUnchangedSince: updatedAt });
  expect(third).toMatchObject({ segment: { name: 'Third' }, userErrors: [] });
});

it('tells an editor of the conflict when the segment was paused by canceling its build, in the same instant', async () => {
  server.database.lookingForWork = (work) => work({ query: () => Promise.resolve([]) } as never);
  try {
    const { updatedAt } = await segmentOf();
    await mutate('updateSegment', { key: 'ghent', rule: BUYERS, allowUndefined: true });
    const { segment: building } = expectNoErrors(
      await gql(tenant, '{ segment(key: "ghent") { build { id } } }'),
    );
    expect(await mutate('cancelRun', { id: building.build.id }, 'run { state }')).toMatchObject({
      run: { state: 'CANCELED' },
    });
    const late = { key: 'ghent', name: 'Late', ifUnchangedSince: updatedAt };
    expect((await mutate('updateSegment', late)).userErrors).toMatchObject([{ code: 'CHANGED_SINCE' }]);
    expect(await segmentOf()).toMatchObject({ name: 'Ghent', state: 'PAUSED' });
  } finally {
    delete (server.database as Partial<typeof server.database>).lookingForWork;
  }
});

it('keeps every field that is absent', async () => {
  const before = await segmentOf();
  const { segment, userErrors } = await mutate('updateSegment', { key: 'ghent' });
  expect(userErrors).toEqual([]);
  expect(segment).toEqual({ ...before, updatedAt: segment.updatedAt });
});

it('clears with null what a segment can do without', async () => {
  const cleared = { description: null, exitRule: null, expiresAt: null };
  const { segment, userErrors } = await mutate('updateSegment', { key: 'ghent', ...cleared });
  expect(userErrors).toEqual([]);
  expect(segment).toMatchObject({ ...cleared, name: 'Ghent', rule: FROM_GHENT, targetState: 'LIVE' });
});

it.each(['name', 'rule', 'targetState'])('refuses null as %s, and changes nothing', async (field) => {
  const before = await snapshotTables(tenant);
  expect(await mutate('updateSegment', { key: 'ghent', description: 'New', [field]: null })).toEqual({
    segment: null,
    userErrors: [{ code: 'REQUIRED', path: ['input', field], subjects: null }],
  });
  expect(await snapshotTables(tenant)).toEqual(before);
});

it('tells the wanted state apart from the actual one', async () => {
  const { segment } = await mutate('updateSegment', { key: 'ghent', rule: BUYERS, allowUndefined: true });
  expect(segment).toMatchObject({ targetState: 'LIVE', state: 'BUILDING' });
  const paused = await mutate('updateSegment', { key: 'ghent', targetState: 'PAUSED' });
  expect(paused.segment).toMatchObject({ targetState: 'PAUSED', state: 'PAUSED' });
});

it('says which key created it and saved its versions, and pages these both ways', async () => {
  for (const rule of [BUYERS, FROM_GHENT, BUYERS])
    await mutate('updateSegment', { key: 'ghent', rule, allowUndefined: true });
  const ask = async (args: string) => {
    const query = `{ viewer { keyName } segment(key: "ghent") { createdBy { name ... on ApiKey { id } }
      versions(${args}) { nodes { number savedBy { name } } pageInfo { startCursor endCursor hasNextPage hasPreviousPage } } } }`;
    return expectNoErrors(await gql(tenant, query));
  };
  const { viewer, segment } = await ask('first: 2');
  const by = { savedBy: { name: viewer.keyName } };
  expect(segment.createdBy).toEqual({ name: viewer.keyName, id: expect.stringMatching(/^key_/) });
  expect(segment.versions.nodes).toEqual([4, 3].map((number) => ({ number, ...by })));
  const { versions } = (await ask(`first: 9, after: "${segment.versions.pageInfo.endCursor}"`)).segment;
  expect(versions.nodes).toEqual([2, 1].map((number) => ({ number, ...by })));
  const back = (await ask(`last: 1, before: "${versions.pageInfo.startCursor}"`)).segment.versions;
  expect(back.nodes).toEqual([{ number: 3, ...by }]);
  expect(back.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: true });
});

it('names five of those that refer to a segment, and leads to all', async () => {
  const keys = ['a', 'b', 'c', 'd', 'e', 'f'];
  for (const key of keys) await createSegment(tenant, key, { segment: { key: 'ghent' } });
  const query = `mutation { deleteSegment(input: { key: "ghent" }) { userErrors { message subjects { id } } } }`;
  const [error] = expectNoErrors(await gql(tenant, query)).deleteSegment.userErrors;
  expect(error.subjects).toHaveLength(6);
  const named = keys.slice(0, 5).map((key) => `the segment "${key}"`);
  expect(error.message).toBe(`It is used by ${named.join(', ')} and others. Change that first.`);
});

it('deletes a segment at an instant of its own', async () => {
  const { id, updatedAt } = await segmentOf();
  await mutate('deleteSegment', { key: 'ghent' }, 'deletedKey');
  const query = `query ($id: ID!) { node(id: $id) { ... on Segment { updatedAt } } }`;
  const { node } = expectNoErrors(await gql(tenant, query, { id }));
  expect(new Date(node.updatedAt).getTime()).toBeGreaterThan(new Date(updatedAt).getTime());
});

it('leads to those that refer to a segment, from the segment and from the refusal to delete it', async () => {
  const others = ['a', 'b'];
  for (const key of others) await createSegment(tenant, key, { not: { segment: { key: 'ghent' } } });
  await createSegment(tenant, 'c', { segment: { key: 'a' } });
  const usedBy = async (key: string) => {
    const query = `{ segment(key: "${key}") { usedBy { id ... on Segment { key } } } }`;
    return expectNoErrors(await gql(tenant, query)).segment.usedBy;
  };
  expect(await usedBy('ghent')).toEqual(others.map((key) => ({ id: expect.any(String), key })));
  expect(await usedBy('c')).toEqual([]);
  const before = await snapshotTables(tenant);
  const deleted = `deletedId deletedKey segment { key }`;
  expect(await mutate('deleteSegment', { key: 'ghent' }, deleted)).toEqual({
    ...{ deletedId: null, deletedKey: null, segment: null },
    userErrors: [{ code: 'SEGMENT_IN_USE', path: ['input', 'key'], subjects: [{ key: 'a' }, { key: 'b' }] }],
  });
  expect(await snapshotTables(tenant)).toEqual(before);
  for (const key of ['c', 'b', 'a']) await mutate('deleteSegment', { key }, deleted);
  const { id } = await segmentOf();
  expect(await mutate('deleteSegment', { key: 'ghent' }, deleted)).toEqual({
    ...{ deletedId: id, deletedKey: 'ghent', segment: null },
    userErrors: [],
  });
});
