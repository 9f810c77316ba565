import pg from 'pg';
import {
  connect,
  createSegment,
  gql,
  item,
  newKey,
  newTenant,
  openSocket,
  seed,
  startServer,
  statementsOf,
} from '../kit/index.js';
import type { TestServer, TestSocket } from '../kit/index.js';
import { changesOf, endOfLog, Follower } from './change-log.js';

const FROM_GHENT = { attribute: { key: 'city', is: { equals: 'Ghent' } } };

let server: TestServer;

beforeAll(async () => {
  server = await startServer({ config: { DATABASE_POOL_SIZE: 8 } });
});

async function newWorkspace(): Promise<TestServer> {
  const tenant = { ...server, ...(await newTenant(server)) };
  await createSegment(tenant, 'ghent', FROM_GHENT);
  return tenant;
}

const named = (name: string, city: string) =>
  item({ external: name }, { attributes: { city, firstName: name } });

async function subscribe(tenant: TestServer, query: string, variables = {}): Promise<TestSocket> {
  const socket = await connect(tenant);
  socket.subscribe(query, variables);
  return socket;
}

const WITH_NAME = `subscription ($segments: [String!], $after: String) {
  segmentChanges(segments: $segments, after: $after) { cursor kind segment { key } profile { id name } } }`;

/** What a change of an attribute does not need, but this reading of it does. */
const WITH_EVENTS = `subscription ($after: String) {
  segmentChanges(after: $after) { cursor kind segment { key } profile { id name events(first: 1) { nodes { type } } } } }`;

/** Nobody reads events while `work` is done: as a migration that takes long would have it. */
async function withLockedEvents(work: () => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: server.databaseUrl });
  await client.connect();
  try {
    await client.query('begin; lock table event in access exclusive mode');
    await work();
  } finally {
    await client.query('commit').catch(() => undefined);
    await client.end();
  }
}

describe('delivery', () => {
  it('reads a change once for all sockets that ask the same, whatever segments and cursors they name', async () => {
    const tenant = await newWorkspace();
    const alone = await statementsFor(tenant, 1);
    expect(await statementsFor(tenant, 20)).toBeLessThanOrEqual(alone + 3);
  });

  it('keeps apart sockets that ask something else, or may see something else', async () => {
    const tenant = await newWorkspace();
    const after = await endOfLog(tenant);
    const aliased = WITH_NAME.replace('name }', 'name: id }');
    const conditional = `subscription ($after: String, $named: Boolean!) {
      segmentChanges(after: $after) { cursor kind segment { key } profile { id name @include(if: $named) } } }`;
    const sockets = await Promise.all([
      subscribe(tenant, WITH_NAME, { after }),
      subscribe(tenant, aliased, { after }),
      subscribe(tenant, conditional, { after, named: true }),
      subscribe(tenant, conditional, { after, named: false }),
      connect(tenant, { key: await newKey(tenant, ['SUBSCRIBE']) }),
    ]);
    sockets[4]?.subscribe(WITH_NAME, { after });
    const [id] = await seed(tenant, [named('Ada', 'Ghent')]);
    const told = await Promise.all(sockets.map((socket) => socket.next()));
    expect(told.map(({ payload }) => payload.data.segmentChanges.profile)).toEqual([
      { id, name: 'Ada' },
      { id, name: id },
      { id, name: 'Ada' },
      { id },
      { id, name: null },
    ]);
    expect(told.map(({ payload }) => payload.errors?.[0].extensions.code)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      'FORBIDDEN',
    ]);
  });

  it('waits when a change cannot be read, and then tells it whole, with all that follow', async () => {
    const tenant = await newWorkspace();
    const after = await endOfLog(tenant);
    const sockets = await Promise.all(
      Array.from({ length: 30 }, () => subscribe(tenant, WITH_EVENTS, { after })),
    );
    await withLockedEvents(async () => {
      for (const name of ['Ada', 'Bea', 'Cyd']) await seed(tenant, [named(name, 'Ghent')]);
      // Longer than a statement waits for a lock.
      await new Promise((resolve) => setTimeout(resolve, 7_000));
    });
    const log = await changesOf<{ cursor: string }>(
      tenant,
      { after },
      'cursor kind segment { key } profile { id name events(first: 1) { nodes { type } } }',
    );
    expect(log).toHaveLength(3);
    for (const socket of sockets) expect(await new Follower(socket).take(3)).toEqual(log);
  }, 60_000);

  it('closes with 1013 when a change cannot be read for long, and a client that resumes misses nothing', async () => {
    const tenant = await newWorkspace();
    const after = await endOfLog(tenant);
    const socket = await subscribe(tenant, WITH_EVENTS, { after });
    const other = await subscribe(tenant, WITH_NAME, { after });
    await withLockedEvents(async () => {
      await seed(tenant, [named('Ada', 'Ghent')]);
      expect((await socket.closed).code).toBe(1013);
    });
    expect(socket.transcript.filter((line) => line.includes('"next"'))).toEqual([]);
    // Who asks for what can be read has not waited.
    expect((await other.nextData()).segmentChanges.profile.name).toBe('Ada');
    const again = await subscribe(tenant, WITH_EVENTS, { after });
    expect((await again.nextData()).segmentChanges.profile.name).toBe('Ada');
  }, 90_000);

  it('ends an operation whose changes are refused to its key as a whole, and leaves the socket open', async () => {
    const tenant = await newWorkspace();
    const socket = await connect(tenant, { key: await newKey(tenant, ['SUBSCRIBE']) });
    const id = socket.subscribe(WITH_EVENTS.replace(' name', ''), { after: await endOfLog(tenant) });
    await seed(tenant, [named('Ada', 'Ghent')]);
    expect(await socket.next()).toMatchObject({
      id,
      type: 'error',
      payload: [
        { path: ['segmentChanges', 'profile', 'events'], extensions: { code: 'FORBIDDEN', scope: 'READ' } },
      ],
    });
    socket.send({ type: 'ping' });
    expect(await socket.next()).toEqual({ type: 'pong' });
  });

  it.each([
    [
      'profileChanges',
      (id: string) =>
        `subscription { profileChanges(id: "${id}") { id name events(first: 1) { nodes { type } } } }`,
    ],
  ])(
    'holds for %s as well',
    async (field, subscription) => {
      const tenant = await newWorkspace();
      const [id = ''] = await seed(tenant, [named('Ada', 'Ghent')]);
      const socket = await subscribe(tenant, subscription(id));
      await withLockedEvents(async () => {
        await seed(tenant, [item({ external: 'Ada' }, { attributes: { firstName: 'Zoe' } })]);
        await new Promise((resolve) => setTimeout(resolve, 7_000));
      });
      expect((await socket.nextData())[field]).toEqual({ id, name: 'Zoe', events: { nodes: [] } });
    },
    60_000,
  );

  it('gives other requests their turn while one socket begins and ends thousands of operations', async () => {
    const tenant = await newWorkspace();
    const socket = await connect(tenant);
    for (let index = 0; index < 3_000; index += 1) {
      socket.raw.send(JSON.stringify({ type: 'subscribe', id: `s${index}`, payload: { query: WITH_NAME } }));
      socket.raw.send(JSON.stringify({ type: 'complete', id: `s${index}` }));
    }
    const begun = performance.now();
    expect((await fetch(`${tenant.url}/health/live`)).status).toBe(200);
    // It took 12 s with 5,000 of them; the bound is wide because this process is the client as well.
    expect(performance.now() - begun).toBeLessThan(1_500);
    socket.send({ type: 'ping' });
    expect(await socket.next()).toEqual({ type: 'pong' });
  });
});

/** How many statements a change takes from ingest to so many sockets that ask the same. */
async function statementsFor(tenant: TestServer, sockets: number): Promise<number> {
  const after = await endOfLog(tenant);
  const open = await Promise.all(
    Array.from({ length: sockets }, (_, index) =>
      subscribe(tenant, WITH_NAME, { after, segments: index % 2 ? ['ghent'] : null }),
    ),
  );
  let run = 0;
  return statementsOf(tenant, async () => {
    run += 1;
    const name = `One of ${sockets}, ${run}`;
    await seed(tenant, [named(name, 'Ghent')]);
    for (const socket of open) expect((await socket.nextData()).segmentChanges.profile.name).toBe(name);
  });
}

it.each([
  ['a query', '{ segments(first: 3) { nodes { key } } }', {}],
  [
    'a query whose size is a variable’s default',
    'query ($n: Int = 3) { segments(first: $n) { nodes { key } } }',
    {},
  ],
  [
    'a mutation',
    'mutation ($input: IngestInput!) { ingest(input: $input) { accepted } }',
    { input: { items: [] } },
  ],
])('a socket is told the cost of %s as HTTP is', async (_what, query, variables) => {
  const tenant = await newWorkspace();
  const { data, extensions } = await gql(tenant, query, variables);
  const socket = await connect(tenant);
  const id = socket.subscribe(query, variables);
  expect(extensions).toMatchObject({ cost: { asked: expect.any(Number), left: expect.any(Number) } });
  expect(await socket.next()).toEqual({ id, type: 'next', payload: { data, extensions } });
  expect(await socket.next()).toEqual({ id, type: 'complete' });
});

describe('ids of operations', () => {
  it('can be used again at once: each operation is told its own, and none outlives its socket', async () => {
    const tenant = await newWorkspace();
    const after = await endOfLog(tenant);
    const socket = await connect(tenant);
    for (let time = 0; time < 200; time += 1) {
      socket.raw.send(subscribing('1', { query: WITH_NAME, variables: { after, segments: [] } }));
      socket.raw.send(JSON.stringify({ type: 'complete', id: '1' }));
    }
    socket.raw.send(subscribing('1', { query: WITH_NAME, variables: { after } }));
    await seed(tenant, [named('Ada', 'Ghent')]);
    expect(await socket.next()).toMatchObject({ id: '1', type: 'next' });
    await socket.close();
    const quiet = await statementsOf(tenant, () => seed(tenant, [named('Bea', 'Rome')]));
    const told = await statementsOf(tenant, () => seed(tenant, [named('Cyd', 'Rome')]));
    expect(Math.abs(told - quiet)).toBeLessThanOrEqual(1);
  });

  it('that are in use close the socket, as the protocol wants it', async () => {
    const tenant = await newWorkspace();
    const socket = await connect(tenant);
    socket.raw.send(subscribing('1', { query: WITH_NAME }));
    socket.raw.send(subscribing('1', { query: WITH_NAME }));
    expect((await socket.closing()).code).toBe(4409);
  });

  it('keep their order beside long messages', async () => {
    const tenant = await newWorkspace();
    const socket = await connect(tenant);
    const query = '{ viewer { keyName } }';
    socket.raw.send(subscribing('long', { query, variables: { ignored: 'x'.repeat(2_000_000) } }));
    socket.raw.send(JSON.stringify({ type: 'ping' }));
    socket.raw.send(subscribing('short', { query }));
    const messages = await Promise.all(Array.from({ length: 5 }, () => socket.next()));
    expect(messages.filter(({ type }) => type !== 'complete').map(({ id, type }) => id ?? type)).toEqual(
      expect.arrayContaining(['long', 'pong', 'short']),
    );
  });
});

it.each([
  ['before the key is known', null, 20_000],
  ['that hold too many values', 'key', 4_000_000],
])('closes with 1009 for messages %s', async (_name, key, length) => {
  const tenant = await newWorkspace();
  const socket = key ? await connect(tenant) : await openSocket(tenant);
  socket.raw.send(JSON.stringify({ type: 'ping', payload: { list: Array(length / 2).fill(1) } }));
  expect((await socket.closing()).code).toBe(1009);
});

function subscribing(id: string, payload: { query: string; variables?: object }): string {
  return JSON.stringify({ type: 'subscribe', id, payload });
}
