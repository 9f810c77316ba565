import { WebSocket } from 'ws';
import { createClient, OnefoldError } from '../../src/client/index.js';
import type { Client, Reconnect, SegmentChange } from '../../src/client/index.js';
import {
  createSegment,
  event,
  eventually,
  expectNoErrors,
  gql,
  newKey,
  seed,
  startServer,
} from '../kit/index.js';
import type { TestServer } from '../kit/index.js';
import { CuttingProxy } from './cutting-proxy.js';

const VISITED = { event: { type: 'visit' } };
const MOST_MS_UNCUT = 600;

/** A server with one segment, and a client on a line to it that can be cut. */
async function setUp(): Promise<{
  server: TestServer;
  proxy: CuttingProxy;
  client: Client;
  reconnects: Reconnect[];
}> {
  const server = await startServer();
  await createSegment(server, 'visitors', VISITED);
  const proxy = await CuttingProxy.before(server.url);
  const reconnects: Reconnect[] = [];
  const client = createClient({
    url: proxy.url,
    apiKey: server.key,
    onReconnect: (reconnect) => reconnects.push(reconnect),
  });
  return { server, proxy, client, reconnects };
}

/** `count` people who have never been here before. */
async function visit(server: TestServer, name: string, count: number): Promise<string[]> {
  return seed(
    server,
    Array.from({ length: count }, (_, index) => event({ external: `${name}-${index}` }, 'visit')),
  );
}

/** The next `count` changes. */
async function take(changes: AsyncIterator<SegmentChange>, count: number): Promise<SegmentChange[]> {
  const taken: SegmentChange[] = [];
  while (taken.length < count) {
    const next = await changes.next();
    if (next.done) throw new Error(`It ended after ${taken.length} of ${count}.`);
    taken.push(next.value);
  }
  return taken;
}

/** The cursors of the whole log. */
async function readLog(server: TestServer): Promise<string[]> {
  const read: string[] = [];
  for (let after: string | null = null, more = true; more;) {
    const answer = await gql(
      server,
      `query ($after: String) {
        changes: segmentChanges(after: $after, first: 500) { nodes { cursor } pageInfo { endCursor hasNextPage } } }`,
      { after },
    );
    const { nodes, pageInfo } = expectNoErrors(answer).changes;
    read.push(...cursors(nodes));
    ({ endCursor: after, hasNextPage: more } = pageInfo);
  }
  return read;
}

async function endOfLog(server: TestServer): Promise<string> {
  return expectNoErrors(await gql(server, '{ changes: segmentChanges(first: 0) { pageInfo { endCursor } } }'))
    .changes.pageInfo.endCursor;
}

const cursors = (changes: readonly SegmentChange[]) => changes.map(({ cursor }) => cursor);

/** For what the network brings about. */
function until(isSo: () => boolean): Promise<void> {
  return eventually('the client did that', async () => isSo());
}

describe('The changes that the client gives out', () => {
  it('are all that come after the cursor, and then what happens', async () => {
    const { server, client } = await setUp();
    const after = await endOfLog(server);
    await visit(server, 'before', 3);
    const changes = client.segmentChanges({ segments: ['visitors'], after });
    const earlier = await take(changes, 3);
    const [newcomer] = await visit(server, 'later', 1);
    const [later] = await take(changes, 1);
    expect(cursors([...earlier, later!])).toEqual(await readLog(server));
    expect(later).toMatchObject({
      kind: 'ENTERED',
      cause: 'INGEST',
      segment: { key: 'visitors' },
      profile: { id: newcomer },
    });
    await changes.return();
  });

  it('come once and in order while the line is cut at random moments', async () => {
    const { server, proxy, client, reconnects } = await setUp();
    const after = await endOfLog(server);
    const changes = client.segmentChanges({ after });
    let timer: NodeJS.Timeout | undefined;
    const cutLater = () => {
      timer = setTimeout(() => {
        proxy.cut();
        cutLater();
      }, MOST_MS_UNCUT * Math.random());
    };
    cutLater();
    const visits = (async () => {
      for (let round = 0; round < 100; round += 1) {
        await visit(server, `round-${round}`, 20);
        // However fast the server is: there are cuts all the way.
        await until(() => reconnects.length >= Math.floor(round / 20));
      }
    })();
    const taken = cursors(await take(changes, 2_000));
    clearTimeout(timer);
    await visits;
    expect(taken).toEqual(await readLog(server));
    expect(reconnects.length).toBeGreaterThan(3);
    await changes.return();
  });

  it('leave out nothing of the time before the first one, though no cursor was given', async () => {
    const { server, proxy, client, reconnects } = await setUp();
    const changes = client.segmentChanges();
    const first = changes.next();
    // One connection to ask where the log ends now, another one to listen.
    await until(() => proxy.connections >= 2);
    proxy.closed = true;
    proxy.cut();
    await until(() => reconnects.length > 0);
    await visit(server, 'unseen', 2);
    proxy.closed = false;
    const taken = [(await first).value as SegmentChange, ...(await take(changes, 1))];
    expect(cursors(taken)).toEqual(await readLog(server));
    await changes.return();
  });

  it('wait for a slow taker: none is lost, and none is in the way', async () => {
    const { server, proxy, client, reconnects } = await setUp();
    const changes = client.segmentChanges({ after: await endOfLog(server) });
    const [first] = await Promise.all([take(changes, 1), visit(server, 'first', 1)]);
    const before = proxy.connections;
    // More than the client keeps: it lets go of the socket, and takes another one once they are taken.
    await visit(server, 'many', 12_000);
    await proxy.idle();
    const taken = cursors([...first, ...(await take(changes, 12_000))]);
    expect(taken).toEqual(await readLog(server));
    expect(proxy.connections).toBeGreaterThan(before);
    expect(reconnects).toEqual([]);
    await changes.return();
  }, 120_000);

  it('come over a socket of another make, for runtimes that have none', async () => {
    const { server, proxy } = await setUp();
    const client = createClient({ url: proxy.url, apiKey: server.key, webSocket: WebSocket });
    const changes = client.segmentChanges({ after: await endOfLog(server) });
    await visit(server, 'somebody', 1);
    const [first] = await take(changes, 1);
    proxy.cut();
    await visit(server, 'somebody-else', 1);
    expect(cursors([first!, ...(await take(changes, 1))])).toEqual(await readLog(server));
    await changes.return();
    await proxy.idle();
  });

  it('go on when the server stops and another one takes its place', async () => {
    const { server, proxy, client, reconnects } = await setUp();
    const other = await startServer({ beside: server });
    const changes = client.segmentChanges({ after: await endOfLog(server) });
    await visit(server, 'one', 1);
    const [one] = await take(changes, 1);
    proxy.turnTo(other.url);
    await server.stop();
    await visit(other, 'two', 1);
    const [two] = await take(changes, 1);
    expect(cursors([one!, two!])).toEqual(await readLog(other));
    expect(reconnects[0]).toMatchObject({ attempt: 1, pauseMs: 0, reason: { closeCode: 1001 } });
    await changes.return();
  });

  it('need a key for SUBSCRIBE and no more', async () => {
    const { server } = await setUp();
    const key = await newKey(server, ['SUBSCRIBE']);
    const changes = createClient({ url: server.graphqlUrl, apiKey: key }).segmentChanges();
    const first = changes.next();
    const after = await endOfLog(server);
    await visit(server, 'somebody', 1);
    // The client may have asked for the end of the log after the visit.
    await visit(server, 'somebody-else', 1);
    expect((await first).value).toMatchObject({ kind: 'ENTERED' });
    expect(after).not.toBe(await endOfLog(server));
    await changes.return();
  });
});

describe('The pause before the client connects again', () => {
  it('grows while the server is away, and is short again once changes come', async () => {
    const { server, proxy, client, reconnects } = await setUp();
    const changes = client.segmentChanges({ after: await endOfLog(server) });
    await visit(server, 'one', 1);
    await take(changes, 1);
    proxy.closed = true;
    proxy.cut();
    const second = changes.next();
    await until(() => reconnects.length >= 4);
    const [first, , , fourth] = reconnects;
    expect(reconnects.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4]);
    expect(first?.pauseMs).toBeLessThanOrEqual(200);
    expect(fourth?.pauseMs).toBeGreaterThanOrEqual(800);
    await visit(server, 'two', 1);
    proxy.closed = false;
    await second;
    proxy.cut();
    const third = changes.next();
    await visit(server, 'three', 1);
    await third;
    expect(reconnects.at(-1)?.attempt).toBe(1);
    await changes.return();
  });
});

describe('The client gives up', () => {
  async function failureOf(
    client: Client,
    options: Parameters<Client['segmentChanges']>[0],
  ): Promise<unknown> {
    const changes = client.segmentChanges(options);
    return changes.next().then(
      () => undefined,
      (error: unknown) => error,
    );
  }

  it.each([
    [
      'a key that nobody knows',
      { key: 'of_unknown', after: 'x' },
      { code: 'UNAUTHENTICATED', closeCode: 4401 },
    ],
    ['a key without the scope', { scopes: ['READ'] as const }, { code: 'FORBIDDEN' }],
    ['a segment that there is none of', { segments: ['nowhere'] }, { code: 'SEGMENT_UNKNOWN' }],
    ['a cursor that is none', { after: 'nonsense' }, { code: 'CURSOR_INVALID' }],
  ])('at once with %s', async (_name, given, expected) => {
    const { server, proxy, reconnects } = await setUp();
    const { key, scopes, ...options } = given as { key?: string; scopes?: ['READ'] };
    const apiKey = key ?? (scopes ? await newKey(server, scopes) : server.key);
    const client = createClient({ url: proxy.url, apiKey, onReconnect: (one) => reconnects.push(one) });
    const error = await failureOf(client, options);
    expect(error).toBeInstanceOf(OnefoldError);
    expect(error).toMatchObject(expected);
    expect(reconnects).toEqual([]);
  });

  it('when its key is revoked, and says what to do', async () => {
    const { server, proxy } = await setUp();
    const created = await gql(
      server,
      `mutation { createApiKey(input: { name: "Short", scopes: [SUBSCRIBE] }) { secret apiKey { id } } }`,
    );
    const { secret, apiKey } = expectNoErrors(created).createApiKey;
    const client = createClient({ url: proxy.url, apiKey: secret });
    const failure = failureOf(client, { after: await endOfLog(server) });
    await until(() => proxy.connections >= 1);
    await gql(server, `mutation ($id: ID!) { revokeApiKey(input: { id: $id }) { userErrors { code } } }`, {
      id: apiKey.id,
    });
    expect(await failure).toMatchObject({
      code: 'KEY_INACTIVE',
      closeCode: 4403,
      message: expect.stringContaining('another key'),
    });
  });
});

describe('The loop over changes', () => {
  it('ends without an error when its signal aborts, and closes the socket', async () => {
    const { server, proxy, client } = await setUp();
    const stop = new AbortController();
    const changes = client.segmentChanges({ after: await endOfLog(server), signal: stop.signal });
    const waiting = changes.next();
    await until(() => proxy.connections >= 1);
    stop.abort();
    expect(await waiting).toEqual({ done: true, value: undefined });
    await proxy.idle();
  });

  it('ends also while the client waits to connect again', async () => {
    const { server, proxy, client, reconnects } = await setUp();
    proxy.closed = true;
    const stop = new AbortController();
    const changes = client.segmentChanges({ after: await endOfLog(server), signal: stop.signal });
    const waiting = changes.next();
    await until(() => reconnects.length >= 2);
    stop.abort();
    expect(await waiting).toEqual({ done: true, value: undefined });
  });

  it('does not begin when its signal is aborted already', async () => {
    const { client, proxy } = await setUp();
    const changes = client.segmentChanges({ signal: AbortSignal.abort() });
    expect(await changes.next()).toEqual({ done: true, value: undefined });
    expect(proxy.connections).toBe(0);
  });

  it('closes the socket when it is left', async () => {
    const { server, proxy, client } = await setUp();
    const after = await endOfLog(server);
    await visit(server, 'one', 1);
    for await (const change of client.segmentChanges({ after })) {
      expect(change.kind).toBe('ENTERED');
      break;
    }
    await proxy.idle();
  });
});
