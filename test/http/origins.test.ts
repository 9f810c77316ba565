import { json } from 'node:stream/consumers';
import { WebSocket } from 'ws';
import { originRefusal } from '../../src/platform/http/index.js';
import { atEnd, connect, gql, startServer } from '../kit/index.js';
import type { TestServer } from '../kit/index.js';
import { ask } from './ask.js';

const PAGE = 'https://app.example.com';
const VIEWER = JSON.stringify({ query: '{ viewer { keyName } }' });
let server: TestServer;
let open: TestServer;
let port: string;

beforeAll(async () => {
  server = await startServer();
  open = await startServer({
    beside: server,
    config: {
      ALLOWED_ORIGINS: [PAGE, 'http://localhost:5173'],
      ALLOWED_HOSTS: ['onefold.example.com', 'onefold'],
    },
  });
  port = new URL(server.url).port;
});

function query(of: TestServer, headers: Record<string, string>) {
  return ask(of.url, '/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${of.key}`, ...headers },
    body: VIEWER,
  });
}

function preflight(of: TestServer, origin: string, asked = 'authorization,content-type') {
  return ask(of.url, '/graphql', {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': asked,
    },
  });
}

describe('the name by which the server is called', () => {
  const PATHS = ['/', '/graphql', '/graphiql/config.json', '/nope'];

  it.each([
    'evil.example',
    'evil.example:4000',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'evil-localhost',
    '192.168.1.7:4000',
    '0.0.0.0:4000',
    '[::2]:4000',
    'localhost:4000@evil.example',
    'localhost/evil.example',
  ])('is not %s on a server for this machine alone', async (host) => {
    for (const path of PATHS) {
      const { status, json } = await ask(server.url, path, { headers: { host } });
      expect([path, status, json?.errors[0].extensions.code]).toEqual([path, 403, 'HOST_NOT_ALLOWED']);
    }
    expect((await query(server, { host })).status).toBe(403);
  });

  it.each(['localhost', 'localhost:4000', 'LOCALHOST', '127.0.0.1', '127.8.9.10:80', '[::1]:4000'])(
    'may be %s',
    async (host) => {
      expect((await query(server, { host })).status).toBe(200);
    },
  );

  it.each(['onefold.example.com', 'OneFold.example.com:443', 'onefold', 'localhost:4000'])(
    'may be %s when ALLOWED_HOSTS has it, or it means this machine',
    async (host) => {
      expect((await query(open, { host })).status).toBe(200);
      expect((await query(open, { host: `x${host}` })).status).toBe(403);
    },
  );

  it('may be any for those who look after its health', async () => {
    for (const path of ['/health/live', '/health/ready'])
      expect((await ask(server.url, path, { headers: { host: '10.0.0.7:4000' } })).status).toBe(200);
  });

  it('may be any on a server for a network, until ALLOWED_HOSTS says which', () => {
    const refused = (host: string, ALLOWED_HOSTS?: string[]) =>
      originRefusal({ host }, { HOST: '0.0.0.0', ALLOWED_HOSTS });
    expect(refused('cdp.example.com')).toBeNull();
    expect(refused('cdp.example.com', ['cdp.example.com'])).toBeNull();
    expect(refused('cdp.example.com', ['*'])).toBeNull();
    expect(refused('other.example.com', ['cdp.example.com'])).toBe('HOST_NOT_ALLOWED');
    for (const HOST of ['127.0.0.1', '127.1.2.3', '::1', 'localhost'])
      expect(originRefusal({ host: 'cdp.example.com' }, { HOST })).toBe('HOST_NOT_ALLOWED');
  });
});

describe('the page that a request comes from', () => {
  it.each([
    PAGE,
    'https://evil.example',
    'http://evil.example',
    'null',
    'file://',
    'http://localhost:3000',
    'http://127.0.0.1',
    'http://127.0.0.1.evil.example:4000',
    'not an origin',
  ])('may not be of %s by default', async (origin) => {
    const { status, json, headers } = await query(server, { origin });
    expect([status, json.errors[0].extensions.code]).toEqual([403, 'ORIGIN_NOT_ALLOWED']);
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('may be the own one, over http or through a proxy that speaks TLS', async () => {
    for (const origin of [`http://127.0.0.1:${port}`, `https://127.0.0.1:${port}`])
      expect((await query(server, { origin })).status).toBe(200);
    const named = { host: 'onefold.example.com', origin: 'https://onefold.example.com' };
    expect((await query(open, named)).status).toBe(200);
    expect((await query(open, { ...named, host: 'onefold.example.com:443' })).status).toBe(200);
    expect((await query(open, { ...named, host: 'onefold' })).status).toBe(403);
  });

  it('is not asked for: programs that are no browsers have none', async () => {
    expect((await gql(server, '{ viewer { keyName } }')).status).toBe(200);
  });

  it('may not be another port of this machine when one of them is allowed', async () => {
    expect((await query(open, { origin: 'http://localhost:5173' })).status).toBe(200);
    for (const origin of ['http://localhost:5174', 'http://localhost', 'https://localhost:5173'])
      expect((await query(open, { origin })).status).toBe(403);
  });
});

describe('a page of an allowed origin', () => {
  it('asks beforehand, and may send what clients send', async () => {
    for (const asked of [
      'authorization,content-type',
      'authorization, content-type, x-request-id, apollo-require-preflight',
      'x-apollo-operation-name,traceparent',
    ]) {
      const { status, headers, body } = await preflight(open, PAGE, asked);
      expect([status, body.length]).toEqual([204, 0]);
      expect(headers).toMatchObject({
        'access-control-allow-origin': PAGE,
        'access-control-allow-methods': 'GET,POST',
        'access-control-allow-headers': asked,
        'access-control-max-age': '86400',
        vary: expect.stringMatching(/Origin/),
      });
      expect(headers).not.toHaveProperty('access-control-allow-credentials');
    }
  });

  it('may read the answer, and what it needs of the headers', async () => {
    const { status, headers, json } = await query(open, { origin: PAGE });
    expect([status, json.data.viewer.keyName]).toEqual([200, expect.any(String)]);
    expect(headers['access-control-allow-origin']).toBe(PAGE);
    const exposed = headers['access-control-expose-headers']?.split(',') ?? [];
    expect(exposed).toEqual(expect.arrayContaining(['x-request-id', 'retry-after']));
  });

  it.each([
    ['a wrong key', { authorization: 'Bearer of_wrong' }, 401],
    ['a type of content that is none', { 'content-type': 'text/plain' }, 400],
    ['an answer that it does not accept', { accept: 'text/html' }, 406],
  ])('may read why it was refused for %s', async (_name, headers, status) => {
    const refused = await query(open, { origin: PAGE, ...headers });
    expect([refused.status, refused.headers['access-control-allow-origin']]).toEqual([status, PAGE]);
  });

  it('is the only one', async () => {
    for (const origin of ['https://evil.example', `${PAGE}.evil.example`, 'http://app.example.com', 'null']) {
      const { status, headers } = await preflight(open, origin);
      expect([origin, status, headers['access-control-allow-origin']]).toEqual([origin, 403, undefined]);
    }
    for (const origin of [PAGE, 'https://evil.example'])
      expect((await preflight(server, origin)).headers).not.toHaveProperty('access-control-allow-origin');
  });

  it('may be any, if the setting says so', async () => {
    const any = await startServer({ beside: server, config: { ALLOWED_ORIGINS: ['*'] } });
    const { status, headers } = await query(any, { origin: 'https://evil.example' });
    expect([status, headers['access-control-allow-origin']]).toEqual([200, '*']);
    expect((await preflight(any, 'null')).headers['access-control-allow-origin']).toBe('*');
  });

  it('may not read the settings of GraphiQL', async () => {
    for (const path of ['/graphiql/config.json', '/graphiql/sign-in', '/']) {
      const { headers } = await ask(open.url, path, { headers: { origin: PAGE } });
      expect(headers).not.toHaveProperty('access-control-allow-origin');
    }
  });
});

/** How the server answers a request for a WebSocket: 101, or the refusal. */
function upgrade(
  url: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; code?: string }> {
  const socket = new WebSocket(url, 'graphql-transport-ws', { headers });
  atEnd(async () => socket.terminate());
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve({ status: 101 }));
    socket.once('error', reject);
    socket.once('unexpected-response', (_, response) => {
      json(response).then(
        (body) =>
          resolve({
            status: response.statusCode ?? 0,
            code: (body as { errors: { extensions: { code: string } }[] }).errors[0]?.extensions.code ?? '',
          }),
        reject,
      );
    });
  });
}

describe('a socket', () => {
  const HOSTS = ['evil.example', 'localhost.evil.example', '192.168.1.7:4000', '0.0.0.0:4000'];
  const ORIGINS = [
    'https://evil.example',
    'null',
    'http://localhost:3000',
    'https://app.example.com.evil.example',
  ];

  it.each(HOSTS)('is not opened by the name %s', async (host) => {
    for (const { wsUrl } of [server, open])
      expect(await upgrade(wsUrl, { host })).toEqual({ status: 403, code: 'HOST_NOT_ALLOWED' });
  });

  it.each(ORIGINS)('is not opened by a page of %s', async (origin) => {
    for (const { wsUrl } of [server, open])
      expect(await upgrade(wsUrl, { origin })).toEqual({ status: 403, code: 'ORIGIN_NOT_ALLOWED' });
  });

  it('is opened by own pages, by those of an allowed origin, and by programs', async () => {
    expect(await upgrade(server.wsUrl, { origin: server.url })).toEqual({ status: 101 });
    expect(await upgrade(open.wsUrl, { origin: PAGE })).toEqual({ status: 101 });
    expect(
      await upgrade(open.wsUrl, { host: 'onefold.example.com', origin: 'https://onefold.example.com' }),
    ).toEqual({
      status: 101,
    });
    expect(await upgrade(server.wsUrl)).toEqual({ status: 101 });
    expect(await upgrade(server.wsUrl, { origin: PAGE })).toMatchObject({ status: 403 });
  });

  it('carries operations for a page of an allowed origin', async () => {
    const socket = await connect(open, { headers: { origin: PAGE } });
    socket.subscribe('{ viewer { keyName } }');
    expect(await socket.nextData()).toEqual({ viewer: { keyName: expect.any(String) } });
  });

  it.each(['/graphql/stream', '/graphql/x', '/graphql/', '/GraphQL', '/nope'])(
    'is not opened at %s, where there is nothing',
    async (path) => {
      expect(await upgrade(new URL(path, server.wsUrl).href)).toEqual({ status: 404, code: 'NOT_FOUND' });
    },
  );

  it('is opened whatever stands behind the question mark', async () => {
    expect(await upgrade(`${server.wsUrl}?from=shop`)).toEqual({ status: 101 });
  });

  it('is not what a client of HTTP/2 asks for, who is answered as any other', async () => {
    const { status, json: answer } = await ask(server.url, '/graphql', {
      method: 'POST',
      headers: {
        connection: 'Upgrade, HTTP2-Settings',
        upgrade: 'h2c',
        'http2-settings': 'AAMAAABkAAQAAP__',
        'content-type': 'application/json',
        authorization: `Bearer ${server.key}`,
      },
      body: VIEWER,
    });
    expect([status, answer.data.viewer.keyName]).toEqual([200, expect.any(String)]);
  });
});
