import { startServer } from '../kit/index.js';
import type { TestServer } from '../kit/index.js';
import { ask } from './ask.js';

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
});

const VIEWER = JSON.stringify({ query: '{ viewer { keyName } }' });

function post(path: string) {
  return ask(server.url, path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${server.key}` },
    body: VIEWER,
  });
}

it('answers GraphQL at /graphql, with or without a question mark', async () => {
  for (const path of ['/graphql', '/graphql?', '/graphql?op=Viewer']) {
    const { status, json } = await post(path);
    expect([path, status, json.data]).toEqual([path, 200, { viewer: { keyName: expect.any(String) } }]);
  }
});

describe('a path where there is nothing', () => {
  const PATHS = [
    '/graphql/stream',
    '/graphql/stream/abc',
    '/graphql/x',
    '/graphql/',
    '/graphql//',
    '/graphqlx',
    '/GraphQL',
    '/nope',
    '/nope/graphql',
    '/health',
    '/health/',
    '/health/live/x',
    '/graphiql/x',
    '/graphiql/config.json/x',
    '/assets/nope.js',
    '/../package.json',
    '/%2e%2e/package.json',
    '/.env',
  ];

  it.each(PATHS)('is told of by GET and POST %s', async (path) => {
    for (const reply of [await ask(server.url, path), await post(path)]) {
      expect([reply.status, reply.json]).toEqual([
        404,
        { errors: [{ message: expect.stringContaining('/graphql'), extensions: { code: 'NOT_FOUND' } }] },
      ]);
      expect(reply.headers['content-type']).toBe('application/json; charset=utf-8');
    }
  });

  it.each(['PUT', 'DELETE', 'OPTIONS', 'HEAD'])('is told of by %s', async (method) => {
    expect((await ask(server.url, '/graphql/stream/abc', { method })).status).toBe(404);
  });

  it('is there without GraphiQL too, and then / is such a path', async () => {
    const bare = await startServer({ config: { GRAPHIQL: false } });
    for (const path of ['/', '/graphiql/config.json', '/graphiql/sign-in', '/graphql/x'])
      expect([path, (await ask(bare.url, path)).status]).toEqual([path, 404]);
  });
});

it.each(['/%', '/%E0%A4%A', '/%zz/graphql', '/graphql/%C3'])(
  'refuses the path %s, which is not readable, as JSON',
  async (path) => {
    for (const method of ['GET', 'POST', 'DELETE']) {
      const { status, json } = await ask(server.url, path, { method });
      expect([method, status, json?.errors[0].extensions.code]).toEqual([method, 400, 'BAD_REQUEST']);
    }
  },
);

describe('a method that a path does not take', () => {
  it.each([
    ['PUT', '/graphql', 'GET, POST, OPTIONS'],
    ['DELETE', '/graphql', 'GET, POST, OPTIONS'],
    ['PATCH', '/graphql', 'GET, POST, OPTIONS'],
    ['QUERY', '/graphql', 'GET, POST, OPTIONS'],
    ['POST', '/health/live', 'GET, HEAD'],
    ['DELETE', '/health/ready', 'GET, HEAD'],
    ['POST', '/', 'GET, HEAD'],
    ['PUT', '/graphiql/config.json', 'GET, HEAD'],
    ['GET', '/graphiql/sign-in', 'POST'],
  ])('is refused: %s %s', async (method, path, allow) => {
    const { status, headers, json } = await ask(server.url, path, { method });
    expect([status, headers.allow, json.errors[0].extensions.code]).toEqual([
      405,
      allow,
      'METHOD_NOT_ALLOWED',
    ]);
  });

  it('is refused without a body when it is HEAD', async () => {
    const { status, headers, body } = await ask(server.url, '/graphql', { method: 'HEAD' });
    expect([status, headers.allow, body.length]).toEqual([405, 'GET, POST, OPTIONS', 0]);
  });
});

describe('OPTIONS', () => {
  it.each([
    ['/graphql', 'GET, POST, OPTIONS'],
    ['/health/live', 'GET, HEAD'],
    ['/health/ready', 'GET, HEAD'],
    ['/', 'GET, HEAD'],
    ['/graphiql/sign-in', 'POST'],
  ])('tells the methods of %s', async (path, allow) => {
    const { status, headers, body } = await ask(server.url, path, { method: 'OPTIONS' });
    expect([status, headers.allow, body.length]).toEqual([204, allow, 0]);
  });
});

it.each(['/health/live', '/health/ready', '/', '/graphiql/config.json'])(
  'answers HEAD %s as GET, without the body',
  async (path) => {
    const [head, get] = [
      await ask(server.url, path, { method: 'HEAD' }),
      await ask(server.url, path),
    ] as const;
    expect([head.status, head.headers['content-type'], head.body.length]).toEqual([
      get.status,
      get.headers['content-type'],
      0,
    ]);
  },
);
