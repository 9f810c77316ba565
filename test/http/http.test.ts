import { createHash } from 'node:crypto';
import {
  describeWithOwnRedis,
  eventually,
  expectError,
  expectNoErrors,
  gql,
  post,
  snapshotTables,
  startProxy,
  startRedis,
  startServer,
  cloneDatabase,
} from '../kit/index.js';
import type { TestServer } from '../kit/index.js';

const VIEWER = '{ viewer { keyName } }';
let server: TestServer;

beforeAll(async () => {
  server = await startServer();
});

describe('an answer', () => {
  it('has the media type of GraphQL over HTTP when that is asked for, and application/json otherwise', async () => {
    for (const [accept, type] of [
      ['application/graphql-response+json', 'application/graphql-response+json; charset=utf-8'],
      ['application/json', 'application/json; charset=utf-8'],
      ['*/*', 'application/json; charset=utf-8'],
    ] as const) {
      const answer = await gql(server, VIEWER, {}, { headers: { accept } });
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, type]);
    }
  });

  it('tells what the operation costs, and what is left', async () => {
    const answer = await gql(server, '{ profiles(first: 7) { nodes { id } } }');
    expectNoErrors(answer);
    const { asked, left } = answer.extensions?.cost as { asked: number; left: number };
    expect(asked).toBeGreaterThanOrEqual(7);
    expect(asked + left).toBe(500_000);
  });

  it('gives what could be answered beside the error of what could not, with its path', async () => {
    const answer = await gql(
      server,
      '{ a: viewer { keyName } b: profileByIdentifier(namespace: "shoe", value: "44") { id } }',
    );
    expect(answer.status).toBe(200);
    expect(answer.data).toEqual({ a: { keyName: expect.any(String) }, b: null });
    expect(answer.errors).toEqual([
      {
        message: expect.stringContaining('identifierNamespaces'),
        path: ['b'],
        locations: [{ line: 1, column: 25 }],
        extensions: { code: 'NAMESPACE_UNKNOWN', argumentPath: ['namespace'] },
      },
    ]);
  });
});

describe('the request id', () => {
  it('is the one that came', async () => {
    const answer = await gql(server, VIEWER, {}, { headers: { 'x-request-id': 'order-42.retry:1' } });
    expect(answer.headers.get('x-request-id')).toBe('order-42.retry:1');
  });

  it.each(['', 'a b', 'ada@example.com', '<script>', 'x'.repeat(101)])(
    'is made anew in place of %j',
    async (given) => {
      const answer = await gql(server, VIEWER, {}, { headers: { 'x-request-id': given } });
      expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-/);
    },
  );

  it('is another one each time', async () => {
    const ids = await Promise.all(
      [1, 2, 3].map(async () => (await gql(server, VIEWER)).headers.get('x-request-id')),
    );
    expect(new Set(ids).size).toBe(3);
  });
});

describe('a query by GET', () => {
  it('is answered when it comes with a header that only own pages can send', async () => {
    const url = `${server.graphqlUrl}?query=${encodeURIComponent(VIEWER)}`;
    const response = await fetch(url, {
      headers: { authorization: `Bearer ${server.key}`, 'apollo-require-preflight': '1' },
    });
    expect([response.status, await response.json()]).toEqual([
      200,
      expect.objectContaining({ data: { viewer: { keyName: expect.any(String) } } }),
    ]);
  });
});

describe('automatic persisted queries', () => {
  const query = '{ viewer { keyName scopes } }';
  const persisted = (sha256Hash: unknown, version: unknown = 1) => ({
    extensions: { persistedQuery: { version, sha256Hash } },
  });
  const hash = createHash('sha256').update(query).digest('hex');

  it('are asked for once, and then known by their hash', async () => {
    const first = await post(server, JSON.stringify(persisted(hash)));
    expectError(first, 'PERSISTED_QUERY_NOT_FOUND');
    expect(first.status).toBe(200);
    expectNoErrors(await post(server, JSON.stringify({ query, ...persisted(hash) })));
    expect(expectNoErrors(await post(server, JSON.stringify(persisted(hash)))).viewer.scopes).toHaveLength(7);
  });

  it('are refused with a hash that is not theirs, and not kept', async () => {
    const wrong = createHash('sha256').update('{ other }').digest('hex');
    const answer = await post(server, JSON.stringify({ query, ...persisted(wrong) }));
    expect([answer.status, answer.errors?.[0]?.extensions.code]).toEqual([400, 'BAD_USER_INPUT']);
    expectError(await post(server, JSON.stringify(persisted(wrong))), 'PERSISTED_QUERY_NOT_FOUND');
  });

  it.each([
    ['of an unknown version', persisted(hash, 2)],
    ['without a version', { extensions: { persistedQuery: { sha256Hash: hash } } }],
    ['that is no text', persisted({ a: 1 })],
    ['that is absent', { extensions: { persistedQuery: { version: 1 } } }],
    ['that is a text', { extensions: { persistedQuery: hash } }],
    ['that is true', { extensions: { persistedQuery: true } }],
  ])('are refused with a hash %s', async (_name, extension) => {
    const answer = await post(server, JSON.stringify(extension));
    expect(answer.errors?.map((error) => error.extensions.code)).toEqual([
      expect.stringMatching(
        /^(BAD_REQUEST|BAD_USER_INPUT|PERSISTED_QUERY_NOT_FOUND|PERSISTED_QUERY_NOT_SUPPORTED)$/,
      ),
    ]);
    expect(answer.status).toBeLessThan(500);
  });
});

describe('health', () => {
  const health = async (of: TestServer, which: string) => {
    const response = await fetch(`${of.url}/health/${which}`);
    return [response.status, await response.json()];
  };

  it('is told without a key', async () => {
    expect(await health(server, 'live')).toEqual([200, { status: 'live' }]);
    expect(await health(server, 'ready')).toEqual([200, { status: 'ready', database: 'connected' }]);
  });

  it('says that the server lives but is not ready while its database is away, and is ready when it is back', async () => {
    const proxy = await startProxy(await cloneDatabase());
    const other = await startServer({ databaseUrl: proxy.url });
    expect(await health(other, 'ready')).toEqual([200, { status: 'ready', database: 'connected' }]);
    await proxy.cut();
    expect(await health(other, 'live')).toEqual([200, { status: 'live' }]);
    expect(await health(other, 'ready')).toEqual([503, { status: 'not ready', database: 'away' }]);
    const refused = await gql(other, VIEWER);
    expect([refused.status, expectError(refused, 'UNAVAILABLE').message]).toEqual([
      503,
      expect.stringMatching(/again/),
    ]);
    await proxy.mend();
    expect(await health(other, 'ready')).toEqual([200, { status: 'ready', database: 'connected' }]);
    // A key that could not be looked up is looked up again in a moment.
    await eventually('keys are known again', async () => (await gql(other, VIEWER)).status === 200);
  });

  describeWithOwnRedis('with Redis', () => {
    it('says whether Redis is there, and is ready without it', async () => {
      const redis = await startRedis();
      const other = await startServer({ redisUrl: redis.url });
      const tells = (state: string) =>
        eventually(`Redis is ${state}`, async () => {
          const [status, body] = (await health(other, 'ready')) as [number, { redis: string }];
          expect(status).toBe(200);
          return body.redis === state;
        });
      await tells('connected');
      await redis.kill();
      await tells('away: changes are delivered by polling');
      await redis.restart();
      await tells('connected');
    });
  });
});

describe('the settings', () => {
  it('close introspection and GraphiQL', async () => {
    const closed = await startServer({ config: { INTROSPECTION: false, GRAPHIQL: false } });
    const asked = await gql(closed, '{ __schema { queryType { name } } }');
    expect([asked.status, asked.errors?.[0]?.extensions.code]).toEqual([400, 'GRAPHQL_VALIDATION_FAILED']);
    expectNoErrors(await gql(closed, `{ __typename viewer { keyName } }`));
    expect((await fetch(`${closed.url}/graphiql/config.json`)).status).toBe(404);
    expectNoErrors(await gql(server, '{ __schema { queryType { name } } }'));
  });
});

describe('stopping', () => {
  it('answers what is under way, takes nothing new, and changes nothing afterwards', async () => {
    const stopping = await startServer();
    const asked = Array.from({ length: 5 }, () => gql(stopping, '{ profiles { nodes { id } } }'));
    await Promise.any(asked);
    await stopping.stop();
    for (const answer of await Promise.all(asked)) expectNoErrors(answer);
    await expect(gql(stopping, VIEWER)).rejects.toThrow('fetch failed');
    expect((await snapshotTables(stopping)).profile).toEqual([]);
  });
});
