import { ListenerReads, Signals } from '../../src/platform/index.js';
import type { Database } from '../../src/platform/index.js';
import { watchProfile } from '../../src/profiles/watch-profile.js';
import { profilesTopic, tellsOf } from '../../src/profiles/signal-profiles.js';
import {
  connect,
  createSegment,
  describeWithOwnRedis,
  event,
  eventually,
  gql,
  ingest,
  item,
  newTenant,
  startRedis,
  startServer,
} from '../kit/index.js';
import type { TestServer, TestSocket } from '../kit/index.js';

const WATCH = `subscription ($id: ID!) { profileChanges(id: $id) { id city: attribute(key: "city") events { nodes { type } } } }`;
const MERGE = `mutation ($ids: [ID!]!) { mergeProfiles(input: { profileIds: $ids }) { profile { id } userErrors { code } } }`;
const UNMERGE = `mutation ($id: ID!) { unmergeProfiles(input: { profileId: $id }) { userErrors { code } } }`;

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
});

let names = 0;

async function newPerson(on = server, city = 'Ghent'): Promise<{ id: string; external: string }> {
  const external = `watched-${(names += 1)}`;
  const [result] = await ingest(on, [item({ external }, { attributes: { city } })]);
  return { id: result?.profileId ?? '', external };
}

/** A subscription takes effect when the server has answered something that was asked after it. */
async function watch(on: TestServer, id: string): Promise<TestSocket> {
  const socket = await connect(on);
  const operation = socket.subscribe(WATCH, { id });
  const question = socket.subscribe('{ viewer { workspace { id } } }');
  expect(await socket.next()).toMatchObject({ type: 'next', id: question });
  expect(await socket.next()).toEqual({ type: 'complete', id: question });
  expect(operation).not.toBe(question);
  return socket;
}

it('tells of a change after its commit, and of nobody else', async () => {
  const [person, other] = [await newPerson(), await newPerson()];
  const socket = await watch(server, person.id);
  await ingest(server, [item({ external: other.external }, { attributes: { city: 'Turin' } })]);
  await ingest(server, [event({ external: person.external }, 'visit', {}, { attributes: { city: 'Bonn' } })]);
  expect((await socket.nextData()).profileChanges).toEqual({
    id: person.id,
    city: 'Bonn',
    events: { nodes: [{ type: 'visit' }] },
  });
});

it('goes on with the survivor when the profile is absorbed, and with the profile when that is undone', async () => {
  const [survivor, absorbed] = [await newPerson(server, 'Ghent'), await newPerson(server, 'Turin')];
  const socket = await watch(server, absorbed.id);
  expect((await gql(server, MERGE, { ids: [survivor.id, absorbed.id] })).data?.mergeProfiles).toEqual({
    profile: { id: survivor.id },
    userErrors: [],
  });
  expect((await socket.nextData()).profileChanges.id).toBe(survivor.id);
  await ingest(server, [event({ external: survivor.external }, 'visit')]);
  expect((await socket.nextData()).profileChanges).toMatchObject({
    id: survivor.id,
    events: { nodes: [{ type: 'visit' }] },
  });
  await gql(server, UNMERGE, { id: absorbed.id });
  expect((await socket.nextData()).profileChanges).toEqual({
    id: absorbed.id,
    city: 'Turin',
    events: { nodes: [] },
  });
});

it('tells of a segment that is built, once, whoever else comes into it', async () => {
  const tenant = { ...server, ...(await newTenant(server)) };
  const people = await Promise.all(Array.from({ length: 20 }, () => newPerson(tenant, 'Ghent')));
  const [person] = people;
  const socket = await watch(tenant, person?.id ?? '');
  await createSegment(tenant, 'locals', { attribute: { key: 'city', is: { equals: 'Ghent' } } });
  expect((await socket.nextData()).profileChanges).toMatchObject({ id: person?.id, city: 'Ghent' });
  await ingest(tenant, [item({ external: person?.external ?? '' }, { attributes: { city: 'Bonn' } })]);
  expect((await socket.nextData()).profileChanges).toMatchObject({ id: person?.id, city: 'Bonn' });
});

it('misses nothing while it looks up where the profile is kept', async () => {
  const [asked, survivor] = ['absorbed', 'survivor'];
  const signals = Signals.inProcess();
  const found = Promise.withResolvers<{ shard: number; id: string }>();
  const database = { transaction: () => found.promise } as unknown as Database;
  const began = watchProfile({
    database,
    signals,
    reads: new ListenerReads(4),
    workspaceId: 1,
    profileId: asked,
  });
  signals.send(profilesTopic(1), [survivor]);
  found.resolve({ shard: 256, id: survivor });
  const watch = await began;
  expect(await watch?.next()).toEqual({ value: { shard: 256, id: survivor }, done: false });
  const next = watch?.next();
  signals.send(profilesTopic(1), ['somebody else']);
  await watch?.return();
  expect(await next).toEqual({ value: undefined, done: true });
});

it('names a stretch of neighbours by its ends', () => {
  const id = (end: string) => `0190a000-0000-7000-8000-00000000${end}`;
  const stretch = `01${id('0a01')}..01${id('0c01')}`;
  for (const end of ['0a01', '0b01', '0c01', 'ffff'])
    expect(tellsOf([stretch, id('ffff')], id(end))).toBe(true);
  for (const end of ['0901', '0d01', '0b00', '0b02'])
    expect(tellsOf([stretch, id('ffff')], id(end))).toBe(false);
});

it('refuses a profile that there is not, and ids of other things', async () => {
  const socket = await connect(server);
  for (const id of ['profile_01h455vb4pex5vsknk084sn02q', 'segment_01h455vb4pex5vsknk084sn02q', 'x']) {
    socket.subscribe(WATCH, { id });
    expect(await socket.nextErrors()).toMatchObject([{ extensions: { code: 'PROFILE_UNKNOWN' } }]);
    await socket.next();
  }
});

describeWithOwnRedis('with two servers', () => {
  it('tells on one of what was done on the other, also while Redis is away', async () => {
    const redis = await startRedis();
    const one = await startServer({ config: { REDIS_URL: redis.url } });
    const two = await startServer({ beside: one, config: { REDIS_URL: redis.url } });
    const person = await newPerson(one);
    const socket = await watch(two, person.id);
    await ingest(one, [item({ external: person.external }, { attributes: { city: 'Bonn' } })]);
    expect((await socket.nextData()).profileChanges.city).toBe('Bonn');
    await redis.stop();
    await ingest(one, [item({ external: person.external }, { attributes: { city: 'Turin' } })]);
    let city = '';
    while (city !== 'Turin') city = (await socket.nextData()).profileChanges.city;
    await redis.restart();
    await eventually('both servers have found Redis again', async () => {
      const answers = await Promise.all([one, two].map(async ({ url }) => fetch(`${url}/health/ready`)));
      const states = await Promise.all(answers.map((answer) => answer.json() as Promise<{ redis: string }>));
      return states.every(({ redis: state }) => state === 'connected');
    });
  });
});
