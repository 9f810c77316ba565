import {
  asAdmin,
  connect,
  createSegment,
  describeWithOwnRedis,
  hold,
  newTenant,
  startRedis,
  startServer,
} from '../kit/index.js';
import type { TestServer, TestSocket } from '../kit/index.js';
import { mutate, requestRecount, untilOver } from './runs-kit.js';

const FIELDS = '{ id state progress { done } ... on RecountRun { counts { checked } } }';
const ONE = `subscription ($id: ID!) { runChanges(id: $id) ${FIELDS} }`;
const ALL = `subscription ($kinds: [RunKind!]) { runChanges(kinds: $kinds) ${FIELDS} }`;

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
  for (const key of ['a', 'b']) await createSegment(server, key, { all: [] });
});

/** Sizes that are wrong, and so large that a recount takes a step for each segment. */
const drift = () =>
  asAdmin(server.databaseUrl, (admin) => admin.query('update segment_size set size = size + 300000'));

async function watch(on: TestServer, operation: string, variables = {}): Promise<TestSocket> {
  const socket = await connect(on);
  socket.subscribe(operation, variables);
  return socket;
}

/** What a subscription says until a run is over. */
async function until(socket: TestSocket, state: string) {
  const told = [];
  do told.push((await socket.nextData()).runChanges);
  while (told.at(-1).state !== state);
  return told;
}

const holdSizes = () => hold(server, 'select from segment_size for update');

beforeEach(async () => {
  await asAdmin(server.databaseUrl, (admin) =>
    admin.query('insert into segment_size select workspace_id, id, 0 from segment on conflict do nothing'),
  );
  await drift();
});

it('tells one run as it is, then each change, and ends with it', async () => {
  const holder = await holdSizes();
  const id = await requestRecount(server);
  await holder.untilSomebodyWaits();
  const socket = await watch(server, ONE, { id });
  expect((await socket.nextData()).runChanges).toEqual({
    id,
    state: 'RUNNING',
    progress: { done: 0 },
    counts: { checked: 0 },
  });
  await holder.letGo();
  const told = await until(socket, 'COMPLETED');
  expect(told.at(-1)).toMatchObject({ id, progress: { done: 2 }, counts: { checked: 2 } });
  expect((await socket.next()).type).toBe('complete');
});

it('tells one that is over once, and ends', async () => {
  const id = await requestRecount(server);
  await untilOver(server, id);
  const socket = await watch(server, ONE, { id });
  expect((await socket.nextData()).runChanges).toMatchObject({ id, state: 'COMPLETED' });
  expect((await socket.next()).type).toBe('complete');
});

it.each([{}, { kinds: ['RECOUNT'] }])('tells all runs that are under way or begin: %j', async (variables) => {
  const holder = await holdSizes();
  const first = await requestRecount(server);
  await holder.untilSomebodyWaits();
  const socket = await watch(server, ALL, variables);
  expect((await socket.nextData()).runChanges).toMatchObject({ id: first, state: 'RUNNING' });
  const second = await requestRecount(server);
  const told = await until(socket, 'QUEUED');
  expect(told.at(-1)).toMatchObject({ id: second });
  await mutate(server, `cancelRun(input: { id: "${second}" })`);
  expect((await until(socket, 'CANCELED')).at(-1)).toMatchObject({ id: second });
  await holder.letGo();
  expect((await until(socket, 'COMPLETED')).at(-1)).toMatchObject({ id: first });
});

it('tells nothing of another workspace', async () => {
  const other = { ...server, ...(await newTenant(server)) };
  const theirs = await watch(other, ALL);
  const own = await watch(server, ALL);
  const id = await requestRecount(server);
  await until(own, 'COMPLETED');
  const theirRun = await requestRecount(other);
  expect((await theirs.nextData()).runChanges.id).toBe(theirRun);
  const asking = await watch(other, ONE, { id });
  expect(await asking.nextErrors()).toMatchObject([{ extensions: { code: 'RUN_UNKNOWN' } }]);
});

it('refuses a run that there is not, and both an id and kinds', async () => {
  const socket = await connect(server);
  for (const id of ['run_01h455vb4pex5vsknk084sn02q', 'segment_01h455vb4pex5vsknk084sn02q', 'x']) {
    socket.subscribe(ONE, { id });
    expect(await socket.nextErrors()).toMatchObject([{ extensions: { code: 'RUN_UNKNOWN' } }]);
    await socket.next();
  }
  socket.subscribe(`subscription { runChanges(id: "x", kinds: [RECOUNT]) ${FIELDS} }`);
  expect(await socket.nextErrors()).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
});

describeWithOwnRedis('with two servers', () => {
  it('tells on one what was done on the other, also while Redis is away', async () => {
    const redis = await startRedis();
    const one = await startServer({ config: { REDIS_URL: redis.url } });
    const two = await startServer({ beside: one, config: { REDIS_URL: redis.url } });
    await createSegment(one, 'all', { all: [] });
    const socket = await watch(two, ALL);
    const first = await requestRecount(one);
    expect((await until(socket, 'COMPLETED')).at(-1)).toMatchObject({ id: first });
    await redis.stop();
    const second = await requestRecount(one);
    expect((await until(socket, 'COMPLETED')).at(-1)).toMatchObject({ id: second });
  });
});
