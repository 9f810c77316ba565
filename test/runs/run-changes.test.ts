import { randomUUID } from 'node:crypto';
import { ListenerReads, Signals, uuids } from '../../src/platform/index.js';
import type { Database, Transaction } from '../../src/platform/index.js';
import { runsTopic } from '../../src/runs/signal-run.js';
import type { RunRow } from '../../src/runs/run.js';
import { watchRuns } from '../../src/runs/watch-runs.js';
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
import { addMembers, mutate, requestRecount, untilOver } from './runs-kit.js';

const FIELDS = '{ id state progress { done } ... on RecountRun { counts { checked } } }';
const ONE = `subscription ($id: ID!) { runChanges(id: $id) ${FIELDS} }`;
const ALL = `subscription ($kinds: [RunKind!]) { runChanges(kinds: $kinds) ${FIELDS} }`;

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
  for (const key of ['a', 'b']) await createSegment(server, key, { all: [] });
  await addMembers(server.databaseUrl, ['a', 'b']);
});

/** Sizes that are wrong. */
const drift = () =>
  asAdmin(server.databaseUrl, (admin) => admin.query('update segment_size set size = size + 7'));

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

/** Runs of a kind that no server works on, as if made a while ago: the higher the number, the newer. */
const addRuns = (workspaceId: number, state: string, count: number) =>
  asAdmin(server.databaseUrl, async (admin) => {
    const { rows } = await admin.query<{ id: string }>(
      `insert into run (workspace_id, id, kind, state, input, counts, due_at, created_at)
      select $1, ('0190' || lpad(to_hex(number), 4, '0') || '-0000-7000-8000-000000000000')::uuid, 'TEST', $2, '{}', '{}', now(), now()
      from generate_series(1 + (select count(*) from run where workspace_id = $1), $3 + (select count(*) from run where workspace_id = $1)) as number
      returning id`,
      [workspaceId, state, count],
    );
    return rows.map(({ id }) => id);
  });

it('tells the run that has begun, and its end, however many newer ones are queued', async () => {
  const { workspaceId } = await newTenant(server);
  const [begun = ''] = await addRuns(workspaceId, 'RUNNING', 1);
  const queued = await addRuns(workspaceId, 'QUEUED', 600);
  const { database } = server;
  const options = { database, workspaceId, signals: Signals.inProcess(), reads: new ListenerReads(4) };
  const told = watchRuns(options, ['TEST']);
  const next = async () => (await told.next()).value as RunRow;
  expect(await next()).toMatchObject({ id: begun, state: 'RUNNING' });
  for (const id of queued.slice(-500)) expect(await next()).toMatchObject({ id, state: 'QUEUED' });
  await addRuns(workspaceId, 'QUEUED', 200);
  await asAdmin(server.databaseUrl, (admin) =>
    admin.query(`update run set state = 'COMPLETED', finished_at = now() where id = $1`, [begun]),
  );
  expect(await next()).toMatchObject({ id: begun, state: 'COMPLETED' });
  await told.return();
});

it('remembers a bounded number of signals, and tells all the same what changed', async () => {
  const { workspaceId } = await newTenant(server);
  const [begun = ''] = await addRuns(workspaceId, 'RUNNING', 1);
  const signals = Signals.inProcess();
  let bytes = 0;
  const transaction = (id: number, work: (tx: Transaction) => Promise<unknown>) =>
    server.database.transaction(id, (tx) => {
      const query = (text: string, values: unknown[]) => {
        bytes = (values[2] as Buffer).length;
        return tx.query(text, values);
      };
      return work({ workspaceId: id, query } as Transaction);
    });
  const database = { transaction } as unknown as Database;
  const told = watchRuns({ database, workspaceId, signals, reads: new ListenerReads(4) }, ['TEST']);
  await told.next();
  const ids = Array.from({ length: 20_000 }, () => randomUUID());
  const others = Array.from({ length: 5_000 }, () => `OTHER ${randomUUID()}`);
  signals.send(runsTopic(workspaceId), [...others, ...ids.map((id) => `TEST ${id}`)]);
  await asAdmin(server.databaseUrl, (admin) =>
    admin.query(`update run set state = 'FAILED', finished_at = now() where id = $1`, [begun]),
  );
  expect((await told.next()).value).toMatchObject({ id: begun, state: 'FAILED' });
  expect(bytes).toBe(uuids([begun, ...ids.slice(0, 1_000)]).length);
  await told.return();
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
