import fc from 'fast-check';
import {
  connect,
  createSegment,
  describeWithOwnRedis,
  event,
  eventually,
  expectError,
  expectNoErrors,
  gql,
  ingest,
  item,
  newKey,
  newTenant,
  seed,
  startRedis,
  startServer,
} from '../kit/index.js';
import type { TestServer } from '../kit/index.js';
import { changesOf, endOfLog, follow, Follower } from './change-log.js';
import type { Change } from './change-log.js';

const EVERYBODY = { all: [] };
const FROM_GHENT = { attribute: { key: 'city', is: { equals: 'Ghent' } } };
const SUBSCRIBE = `subscription ($segments: [String!], $after: String) {
  segmentChanges(segments: $segments, after: $after) { cursor kind segment { key } profile { id } } }`;

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
});

/** Each test has a workspace of its own. */
async function newWorkspace(): Promise<TestServer> {
  return { ...server, ...(await newTenant(server)) };
}

let people = 0;
/** So many people whom nobody knows yet. */
const newcomers = (count: number, city = 'Ghent') =>
  Array.from({ length: count }, () => item({ external: `new-${(people += 1)}` }, { attributes: { city } }));

const moved = (name: string, city: string) => item({ external: name }, { attributes: { city } });
const cursors = (changes: readonly Change[]) => changes.map(({ cursor }) => cursor);

describe('a subscription', () => {
  it('tells every change once, as the log has it and in its order', async () => {
    const tenant = await newWorkspace();
    await createSegment(tenant, 'ghent', FROM_GHENT);
    await createSegment(tenant, 'others', { not: FROM_GHENT });
    const after = await endOfLog(tenant);
    const reader = await follow(tenant, { after });
    await Promise.all(
      Array.from({ length: 10 }, async (_, client) => {
        for (let round = 0; round < 6; round += 1)
          await seed(tenant, [moved(`p${client}`, round % 2 ? 'Rome' : 'Ghent'), ...newcomers(2)]);
      }),
    );
    const log = await changesOf(tenant, { after });
    // Each of the ten enters once and then changes sides five times; and 120 newcomers.
    expect(log).toHaveLength(10 * (1 + 5 * 2) + 120);
    expect(await reader.take(log.length)).toEqual(log);
    expect(log[0]).toEqual({
      cursor: expect.any(String),
      kind: 'ENTERED',
      cause: 'INGEST',
      at: expect.stringMatching(/Z$/),
      segment: { key: 'ghent' },
      profile: { id: expect.stringMatching(/^profile_/) },
    });
  });

  it('tells only of the segments asked for; of all of them, later ones too, when none is named', async () => {
    const tenant = await newWorkspace();
    for (const key of ['a', 'b', 'c']) await createSegment(tenant, key, EVERYBODY);
    const after = await endOfLog(tenant);
    const one = await follow(tenant, { after, segments: ['b'] });
    const two = await follow(tenant, { after, segments: ['c', 'a'] });
    const none = await follow(tenant, { after, segments: [] });
    const all = await follow(tenant, { after });
    await createSegment(tenant, 'd', EVERYBODY);
    await seed(tenant, newcomers(3));
    const log = await changesOf(tenant, { after });
    expect(log).toHaveLength(12);
    const of = (...keys: string[]) => log.filter(({ segment }) => keys.includes(segment.key));
    expect(await one.take(3)).toEqual(of('b'));
    expect(await two.take(6)).toEqual(of('a', 'c'));
    expect(await all.take(12)).toEqual(log);
    // Whatever they should not get would have come before this.
    await seed(tenant, newcomers(1));
    expect((await one.next()).segment.key).toBe('b');
    expect(['a', 'c']).toContain((await two.next()).segment.key);
    none.socket.send({ type: 'ping' });
    expect(await none.socket.next()).toEqual({ type: 'pong' });
  });

  it('without a cursor tells only what is committed after it began', async () => {
    const tenant = await newWorkspace();
    await createSegment(tenant, 'all', EVERYBODY);
    await seed(tenant, newcomers(5));
    const before = await endOfLog(tenant);
    const socket = await connect(tenant);
    socket.subscribe(SUBSCRIBE);
    const first = socket.nextData();
    // When it begins nobody can say; the first that it tells must be one of those committed since.
    let isTold = false;
    void first.then(() => (isTold = true));
    while (!isTold) await seed(tenant, newcomers(1));
    const since = await changesOf(tenant, { after: before });
    const { segmentChanges } = await first;
    const from = since.findIndex(({ cursor }) => cursor === segmentChanges.cursor);
    expect(from).toBeGreaterThanOrEqual(0);
    const rest = await new Follower(socket).take(since.length - from - 1);
    expect(cursors(rest)).toEqual(cursors(since.slice(from + 1)));
  });

  it('is told after the commit: what caused a change can be read, also by the profile in it', async () => {
    const tenant = await newWorkspace();
    await createSegment(tenant, 'buyers', { event: { type: 'purchase' } });
    const fields = `kind segment { size } profile { city: attribute(key: "city") segments { nodes { segment { key } } } events { nodes { type } } }`;
    const reader = await follow(tenant, { after: await endOfLog(tenant), fields });
    await seed(tenant, [event({ external: 'ada' }, 'purchase', {}, { attributes: { city: 'Ghent' } })]);
    expect(await reader.next()).toEqual({
      kind: 'ENTERED',
      segment: { size: 1 },
      profile: {
        city: 'Ghent',
        segments: { nodes: [{ segment: { key: 'buyers' } }] },
        events: { nodes: [{ type: 'purchase' }] },
      },
    });
  });

  it('that is refused when it starts gets the errors and is completed, and the socket stays open', async () => {
    const tenant = await newWorkspace();
    await createSegment(tenant, 'all', EVERYBODY);
    const stranger = await newWorkspace();
    await createSegment(stranger, 'all', EVERYBODY);
    await seed(stranger, newcomers(1));
    await seed(tenant, newcomers(2));
    const { profiles } = expectNoErrors(
      await gql(tenant, '{ profiles(first: 1) { pageInfo { endCursor } } }'),
    );
    const refused: [variables: object, code: string, argumentPath: string[]][] = [
      [{ segments: ['all', 'gone'] }, 'SEGMENT_UNKNOWN', ['segments']],
      [{ after: await endOfLog(stranger) }, 'CURSOR_INVALID', ['after']],
      [{ after: profiles.pageInfo.endCursor }, 'CURSOR_INVALID', ['after']],
      [{ after: 'x' }, 'CURSOR_INVALID', ['after']],
      [{ after: '' }, 'CURSOR_INVALID', ['after']],
    ];
    const socket = await connect(tenant);
    for (const [variables, code, argumentPath] of refused) {
      const id = socket.subscribe(SUBSCRIBE, { ...variables });
      const message = await socket.next();
      const errors = [{ extensions: { code, argumentPath } }];
      expect(message).toMatchObject({ id, type: 'next', payload: { errors } });
      expect(message.payload.data).toBeUndefined();
      expect(await socket.next()).toMatchObject({ id, type: 'complete' });
    }
    socket.subscribe(SUBSCRIBE, { after: await endOfLog(tenant) });
    await seed(tenant, newcomers(1));
    expect((await socket.nextData()).segmentChanges.kind).toBe('ENTERED');
  });

  it('needs the scope SUBSCRIBE, and READ for more of the profile than its id', async () => {
    const tenant = await newWorkspace();
    await createSegment(tenant, 'all', EVERYBODY);
    const after = await endOfLog(tenant);
    const reading = await connect(tenant, { key: await newKey(tenant, ['READ', 'MANAGE', 'INGEST']) });
    const id = reading.subscribe(SUBSCRIBE, { after });
    expect(await reading.next()).toMatchObject({
      id,
      type: 'next',
      payload: { errors: [{ extensions: { code: 'FORBIDDEN' } }] },
    });
    const subscribing = await connect(tenant, { key: await newKey(tenant, ['SUBSCRIBE']) });
    subscribing.subscribe(SUBSCRIBE, { after });
    const [profile] = await seed(tenant, newcomers(1));
    expect((await subscribing.nextData()).segmentChanges).toMatchObject({ profile: { id: profile } });
    subscribing.send({ type: 'complete', id: '1' });
    subscribing.subscribe(
      'subscription ($after: String) { segmentChanges(after: $after) { profile { name } } }',
      {
        after,
      },
    );
    expect((await subscribing.nextErrors()).map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
  });

  it('ended by its client tells no more, while another on the same socket goes on', async () => {
    const tenant = await newWorkspace();
    await createSegment(tenant, 'all', EVERYBODY);
    const after = await endOfLog(tenant);
    const socket = await connect(tenant);
    const [ending, staying] = [
      socket.subscribe(SUBSCRIBE, { after }),
      socket.subscribe(SUBSCRIBE, { after }),
    ];
    await seed(tenant, newcomers(1));
    expect([(await socket.next()).id, (await socket.next()).id].sort()).toEqual([ending, staying]);
    socket.send({ type: 'complete', id: ending });
    socket.send({ type: 'ping' });
    expect(await socket.next()).toEqual({ type: 'pong' });
    await seed(tenant, newcomers(3));
    const told = [await socket.next(), await socket.next(), await socket.next()];
    expect(told.map(({ id, type }) => `${type} ${id}`)).toEqual(told.map(() => `next ${staying}`));
  });
});

describe('cursors', () => {
  it('go from polling to a socket and back, whatever the segment they were got with', async () => {
    const tenant = await newWorkspace();
    await createSegment(tenant, 'ghent', FROM_GHENT);
    await createSegment(tenant, 'all', EVERYBODY);
    await seed(tenant, newcomers(10));
    const log = await changesOf(tenant);
    expect(log).toHaveLength(20);
    const of = async (key: string, after: string): Promise<Change[]> => {
      const { segment } = expectNoErrors(
        await gql(
          tenant,
          `query ($key: String!, $after: String) { segment(key: $key) { changes(after: $after) {
            edges { cursor node { cursor } } nodes { cursor kind at cause segment { key } profile { id } } } } }`,
          { key, after },
        ),
      );
      const { edges, nodes } = segment.changes;
      expect(edges.map((edge: { cursor: string; node: object }) => [edge.cursor, edge.node])).toEqual(
        nodes.map(({ cursor }: Change) => [cursor, { cursor }]),
      );
      return nodes;
    };
    for (const place of [0, 7, 13]) {
      const after = log[place]!.cursor;
      const rest = log.slice(place + 1);
      const reader = await follow(tenant, { after });
      expect(await reader.take(rest.length)).toEqual(rest);
      for (const key of ['ghent', 'all']) {
        const expected = rest.filter(({ segment }) => segment.key === key);
        expect(await of(key, after)).toEqual(expected);
        const filtered = await follow(tenant, { after, segments: [key] });
        expect(await filtered.take(expected.length)).toEqual(expected);
      }
      expect(await changesOf(tenant, { after })).toEqual(rest);
    }
  });

  it('say where the log ends when nothing is asked for, and where to go on when there is no more', async () => {
    const tenant = await newWorkspace();
    const page = async (args: string) =>
      expectNoErrors(
        await gql(
          tenant,
          `{ changes: segmentChanges${args} { nodes { cursor } pageInfo { endCursor hasNextPage hasPreviousPage } } }`,
        ),
      ).changes;
    const empty = await page('(first: 0)');
    expect(empty).toEqual({
      nodes: [],
      pageInfo: { endCursor: expect.any(String), hasNextPage: false, hasPreviousPage: false },
    });
    await createSegment(tenant, 'all', EVERYBODY);
    await seed(tenant, newcomers(3));
    const all = await changesOf(tenant, { after: empty.pageInfo.endCursor });
    expect(all).toHaveLength(3);
    const end = all.at(-1)?.cursor;
    expect((await page('(first: 0)')).pageInfo.endCursor).toBe(end);
    expect(await page(`(after: "${end}")`)).toEqual({
      nodes: [],
      pageInfo: { endCursor: end, hasNextPage: false, hasPreviousPage: true },
    });
    expect(await page(`(first: 0, after: "${all[0]?.cursor}")`)).toMatchObject({
      nodes: [],
      pageInfo: { endCursor: all[0]?.cursor },
    });
  });

  it('of another workspace or list are refused by the log too', async () => {
    const tenant = await newWorkspace();
    const stranger = await newWorkspace();
    const after = await endOfLog(stranger);
    await createSegment(tenant, 'all', EVERYBODY);
    expectError(
      await gql(
        tenant,
        'query ($after: String) { changes: segmentChanges(after: $after) { nodes { cursor } } }',
        { after },
      ),
      'CURSOR_INVALID',
    );
    expectError(
      await gql(
        tenant,
        'query ($after: String) { segment(key: "all") { members(after: $after) { nodes { id } } } }',
        { after: await endOfLog(tenant) },
      ),
      'CURSOR_INVALID',
    );
    expectError(
      await gql(tenant, '{ segmentChanges(segments: ["gone"]) { nodes { cursor } } }'),
      'SEGMENT_UNKNOWN',
    );
  });
});

describe('resuming', () => {
  it('after each of 50 cuts at a random place leaves no gap and repeats nothing, while ingest runs', async () => {
    const tenant = await newWorkspace();
    await createSegment(tenant, 'ghent', FROM_GHENT);
    await createSegment(tenant, 'others', { not: FROM_GHENT });
    const start = await endOfLog(tenant);
    let isCutting = true;
    const sending = (async () => {
      for (let round = 0; isCutting; round += 1) {
        const batch = Array.from({ length: 5 }, (_, index) =>
          moved(`p${index}`, round % 2 ? 'Rome' : 'Ghent'),
        );
        await ingest(tenant, [...batch, ...newcomers(3)]);
      }
    })();
    const told: string[] = [];
    for (const count of fc.sample(fc.integer({ min: 0, max: 20 }), 50)) {
      const reader = await follow(tenant, { after: told.at(-1) ?? start });
      told.push(...cursors(await reader.take(count)));
      reader.socket.raw.terminate();
      await reader.socket.closed;
    }
    isCutting = false;
    await sending;
    const log = await changesOf(tenant, { after: start });
    const reader = await follow(tenant, { after: told.at(-1) ?? start });
    told.push(...cursors(await reader.take(log.length - told.length)));
    expect(told).toEqual(cursors(log));
  });

  it('goes on with another server after 1001, which is how a server that stops closes', async () => {
    const tenant = await newWorkspace();
    await createSegment(tenant, 'all', EVERYBODY);
    const after = await endOfLog(tenant);
    const going = await startServer({ beside: tenant });
    const reader = await follow(going, { after });
    await seed(tenant, newcomers(2));
    const first = await reader.take(2);
    await going.stop();
    expect(await reader.socket.closing()).toMatchObject({ code: 1001 });
    // It did not say `complete`: a client would take that for the end.
    expect(reader.socket.transcript.filter((line) => line.includes('complete'))).toEqual([]);
    await seed(tenant, newcomers(2));
    const next = await follow(tenant, { after: first.at(-1)!.cursor });
    expect([...first, ...(await next.take(2))]).toEqual(await changesOf(tenant, { after }));
  });
});

describe('a reader that does not keep up', () => {
  const SEGMENTS = 12;
  const PEOPLE = 1_000;

  it('falls behind what the server remembers, loses nothing, and does not slow another', async () => {
    const tenant = await newWorkspace();
    const description = 'So long that the buffers of a socket do not hold many. '.repeat(80);
    const keys = Array.from({ length: SEGMENTS }, (_, index) => `s${index}`);
    for (const key of keys) await createSegment(tenant, key, EVERYBODY);
    for (const key of keys)
      expectNoErrors(
        await gql(
          tenant,
          'mutation ($key: String!, $description: String) { updateSegment(input: { key: $key, description: $description }) { segment { id } } }',
          { key, description },
        ),
      );
    const after = await endOfLog(tenant);
    const slow = await follow(tenant, { after, fields: 'cursor segment { description }' });
    const quick = await follow(tenant, { after, fields: 'cursor' });
    slow.socket.raw.pause();
    await seed(tenant, newcomers(PEOPLE));
    const told = cursors(await quick.take(SEGMENTS * PEOPLE));
    // All is with the quick one, and most of it has not even left the server for the slow one.
    expect(slow.socket.transcript.length).toBeLessThan(10);
    slow.socket.raw.resume();
    expect(cursors(await slow.take(SEGMENTS * PEOPLE))).toEqual(told);
    expect(cursors(await changesOf(tenant, { after }))).toEqual(told);
    // And it has caught up: what happens now reaches both.
    await seed(tenant, newcomers(1));
    expect(cursors(await slow.take(SEGMENTS))).toEqual(cursors(await quick.take(SEGMENTS)));
  }, 90_000);
});

describe('the history of a person', () => {
  it('shows every entry and exit, newest first, a page at a time, with the cursors of the list itself', async () => {
    const tenant = await newWorkspace();
    await createSegment(tenant, 'ghent', FROM_GHENT);
    let id = '';
    for (const city of ['Ghent', 'Rome', 'Ghent', 'Oslo', 'Ghent'])
      [id] = (await seed(tenant, [moved('ada', city), moved('bea', city)])) as [string, string];
    const history = async (first: number, after?: string) =>
      expectNoErrors(
        await gql(
          tenant,
          `query ($id: ID!, $first: Int, $after: String) { profile(id: $id) { segmentHistory(first: $first, after: $after) {
            nodes { cursor kind at cause segment { key } profile { id } } pageInfo { hasNextPage endCursor } } } }`,
          { id, first, after },
        ),
      ).profile.segmentHistory;
    const newestFirst = (await changesOf(tenant)).filter(({ profile }) => profile.id === id).reverse();
    expect(newestFirst.map(({ kind }) => kind)).toEqual([
      'ENTERED',
      'EXITED',
      'ENTERED',
      'EXITED',
      'ENTERED',
    ]);
    const whole = await history(50);
    expect(whole.nodes).toEqual(newestFirst);
    const [one, two] = [await history(2), await history(50, (await history(2)).pageInfo.endCursor)];
    expect(one.pageInfo.hasNextPage).toBe(true);
    expect(two.pageInfo.hasNextPage).toBe(false);
    expect([...one.nodes, ...two.nodes]).toEqual(newestFirst);
    expect((await history(0)).nodes).toEqual([]);
  });
});

/** How long after the answer to an ingest at one server a subscriber of the other has its change, at the worst of a few. */
async function slowest(sender: TestServer, reader: Follower, times: number): Promise<number> {
  let worst = 0;
  for (let time = 0; time < times; time += 1) {
    const [profile] = await seed(sender, newcomers(1));
    const answered = performance.now();
    expect((await reader.next()).profile.id).toBe(profile);
    worst = Math.max(worst, performance.now() - answered);
  }
  return worst;
}

describe('two servers on one database', () => {
  it('without Redis tell each other’s changes by looking at the log, within 1.5 seconds', async () => {
    const tenant = await newWorkspace();
    await createSegment(tenant, 'all', EVERYBODY);
    const other = await startServer({ beside: tenant });
    const reader = await follow(other, { after: await endOfLog(tenant) });
    expect(await slowest(tenant, reader, 2)).toBeLessThan(1_500);
    await other.stop();
  });
});

describeWithOwnRedis('two servers on one database with Redis', () => {
  it('tell each other’s changes at once; by looking at the log while it is away; and at once when it is back', async () => {
    const redis = await startRedis();
    const one = await startServer({ redisUrl: redis.url });
    const other = await startServer({ beside: one, redisUrl: redis.url });
    await createSegment(one, 'all', EVERYBODY);
    const after = await endOfLog(one);
    const reader = await follow(other, { after });
    const isSignalled = async () => (await slowest(one, reader, 3)) < 400;
    // The other server may still be asking Redis to be told when the first change is made.
    await slowest(one, reader, 1);
    expect(await isSignalled()).toBe(true);

    await redis.kill();
    expect(await slowest(one, reader, 2)).toBeLessThan(1_500);
    await redis.restart();
    await eventually('signals go through Redis again', isSignalled);

    const log = await changesOf(one, { after });
    const whole = await follow(one, { after });
    expect(await whole.take(log.length)).toEqual(log);
    const told = reader.socket.transcript.filter((line) => line.includes('"next"'));
    expect(told).toHaveLength(log.length);
  }, 60_000);
});
