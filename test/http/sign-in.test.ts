import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { greeting } from '../../src/greeting.js';
import { newSignInLink } from '../../src/new-sign-in-link.js';
import { LINK_MS, SESSION_MS, signInLink } from '../../src/sign-in.js';
import { atEnd, ManualClock, startServer } from '../kit/index.js';
import type { TestServer } from '../kit/index.js';
import { ask } from './ask.js';

type Headers = Record<string, string>;

const KEY = 'of_development';
const clock = new ManualClock();
let server: TestServer;
let host: string;

beforeAll(async () => {
  server = await startServer({ developmentKey: KEY, clock });
  ({ host } = new URL(server.url));
});

const newToken = (key = KEY) => tokenOf(signInLink(server.url, key, clock.now()));
const tokenOf = (link: string) => new URLSearchParams(new URL(link).hash.slice(1)).get('sign-in') ?? '';

async function signIn(
  token: unknown,
  headers: Headers = {},
  at: TestServer = server,
): Promise<{ status: number; code: string | undefined; cookie: string }> {
  const reply = await ask(at.url, '/graphiql/sign-in', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ token }),
  });
  return {
    status: reply.status,
    code: reply.json?.errors[0].extensions.code,
    cookie: reply.headers['set-cookie']?.[0] ?? '',
  };
}

async function keyFor(headers: Headers, at: TestServer = server): Promise<unknown> {
  const { status, json } = await ask(at.url, '/graphiql/config.json', { headers });
  return status === 200 ? json : status;
}

const session = async () => (await signIn(newToken())).cookie.split(';')[0] ?? '';
const REFUSED = { status: 403, code: 'SIGN_IN_INVALID', cookie: '' };
const NOTHING = { developmentKey: null };

/** How a proxy, a tunnel or a CDN says that it asks for somebody else. */
const FORWARDED = [
  ['forwarded', 'for=203.0.113.9'],
  ['x-forwarded-for', '203.0.113.9'],
  ['x-forwarded-for', '127.0.0.1'],
  ['x-forwarded-for', ''],
  ['x-forwarded-host', 'cdp.example.com'],
  ['x-forwarded-proto', 'https'],
  ['x-forwarded-port', '443'],
  ['x-forwarded-server', 'proxy'],
  ['x-real-ip', '203.0.113.9'],
  ['via', '1.1 proxy'],
  ['cf-connecting-ip', '203.0.113.9'],
  ['cf-ray', '1'],
  ['true-client-ip', '203.0.113.9'],
  ['x-client-ip', '203.0.113.9'],
  ['x-cluster-client-ip', '203.0.113.9'],
  ['fastly-client-ip', '203.0.113.9'],
  ['fly-client-ip', '203.0.113.9'],
  ['x-original-forwarded-for', '203.0.113.9'],
  ['x-original-host', 'cdp.example.com'],
  ['x-envoy-external-address', '203.0.113.9'],
  ['x-amzn-trace-id', '1'],
  ['x-azure-clientip', '203.0.113.9'],
  ['x-appengine-user-ip', '203.0.113.9'],
  ['x-proxyuser-ip', '203.0.113.9'],
  ['wl-proxy-client-ip', '203.0.113.9'],
  ['cdn-loop', 'cloudflare'],
] as const;

describe('the development key', () => {
  it('is given to nobody who merely asks from this machine', async () => {
    const asking: Headers[] = [{}, { host: `localhost:${host.split(':')[1]}` }, { cookie: 'onefold=x' }];
    for (const headers of asking) expect(await keyFor(headers)).toEqual(NOTHING);
    for (const path of ['/', '/graphiql/config.json', `/graphiql/config.json?sign-in=${newToken()}`])
      expect((await ask(server.url, path)).body.toString()).not.toContain(KEY);
  });

  it('is given to a browser that is signed in, again and again', async () => {
    const cookie = await session();
    const asking: Headers[] = [
      { cookie },
      { cookie: `theme=dark; ${cookie}; other=1` },
      { cookie, origin: server.url, 'sec-fetch-site': 'same-origin' },
    ];
    for (const headers of asking) expect(await keyFor(headers)).toEqual({ developmentKey: KEY });
  });

  it('is not given to a session that nobody gave out', async () => {
    const cookie = await session();
    const [name, value = ''] = cookie.split('=');
    for (const forged of [
      '',
      'x',
      `${value}x`,
      value.slice(0, -1),
      value.replace(/^\d+/, (at) => String(Number(at) + 1)),
      value.split('.').slice(0, 2).join('.'),
      newToken(),
      tokenOf(signInLink(server.url, 'of_other', clock.now())),
    ])
      expect(await keyFor({ cookie: `${name}=${forged}` })).toEqual(NOTHING);
  });

  it('is not given to a session of another port or another key', async () => {
    const cookie = await session();
    const other = await startServer({ beside: server, developmentKey: 'of_other' });
    expect(await keyFor({ cookie }, other)).toEqual(NOTHING);
    const renamed = cookie.replace(/\d+/, new URL(other.url).port);
    expect(await keyFor({ cookie: renamed }, other)).toEqual(NOTHING);
  });

  it('is not given after a week, and until then also by the server that was started again', async () => {
    const cookie = await session();
    clock.advance(SESSION_MS - 1);
    const again = await startServer({ beside: server, developmentKey: KEY });
    const renamed = cookie.replace(/\d+/, new URL(again.url).port);
    expect(await keyFor({ cookie: renamed }, again)).toEqual({ developmentKey: KEY });
    clock.advance(1);
    expect(await keyFor({ cookie })).toEqual(NOTHING);
    expect(await keyFor({ cookie: renamed }, again)).toEqual(NOTHING);
  });

  it.each(FORWARDED)('is not given through a proxy that sends %s: %s', async (name, value) => {
    const cookie = await session();
    expect(await keyFor({ host: '127.0.0.1', cookie, [name]: value })).toEqual(NOTHING);
  });

  it.each(['cross-site', 'same-site'])('is not given to a page that is %s', async (site) => {
    expect(await keyFor({ cookie: await session(), 'sec-fetch-site': site })).toEqual(NOTHING);
  });

  it.each(['http://localhost:3000', 'https://evil.example', 'null'])(
    'is not given to a page of %s',
    async (origin) => {
      expect(await keyFor({ cookie: await session(), origin })).toBe(403);
    },
  );

  it('is not given to a page of an allowed origin either', async () => {
    const origin = 'https://app.example.com';
    const open = await startServer({
      beside: server,
      developmentKey: KEY,
      config: { ALLOWED_ORIGINS: [origin], ALLOWED_HOSTS: ['onefold.example.com'] },
    });
    const [cookie = ''] = (await signIn(newToken(), {}, open)).cookie.split(';');
    expect(await keyFor({ cookie }, open)).toEqual({ developmentKey: KEY });
    expect(await keyFor({ cookie, origin }, open)).toEqual(NOTHING);
    expect(await keyFor({ cookie, host: 'onefold.example.com' }, open)).toEqual(NOTHING);
  });

  it('is not there on a server of a real database', async () => {
    const real = await startServer({ beside: server });
    expect(await signIn(newToken(), {}, real)).toEqual(REFUSED);
    expect(await keyFor({ cookie: await session() }, real)).toEqual(NOTHING);
  });
});

describe('a sign-in link', () => {
  it('carries its token where browsers send it to nobody, and no key', () => {
    const link = signInLink('http://127.0.0.1:4000', KEY, clock.now());
    expect(link).toMatch(/^http:\/\/127\.0\.0\.1:4000\/#sign-in=[\w.-]+$/);
    expect(link).not.toContain(KEY);
    expect(signInLink('http://127.0.0.1:4000', KEY, clock.now())).not.toBe(link);
  });

  it('is exchanged for a cookie that only this server, and no script, gets to see', async () => {
    const { status, cookie } = await signIn(newToken());
    expect(status).toBe(204);
    expect(
      cookie
        .split('; ')
        .map((part) => part.replace(/=.*/, ''))
        .slice(1),
    ).toEqual(['Max-Age', 'Path', 'Expires', 'HttpOnly', 'SameSite']);
    expect(cookie).toMatch(/Max-Age=604800; Path=\/graphiql;.*SameSite=Strict/);
    expect(cookie).toMatch(new RegExp(`^onefold-${host.split(':')[1]}=`));
    expect(cookie).not.toContain(KEY);
  });

  it('works once, whoever is first', async () => {
    const token = newToken();
    const outcomes = await Promise.all([1, 2, 3, 4].map(() => signIn(token)));
    expect(outcomes.map(({ status }) => status).sort()).toEqual([204, 403, 403, 403]);
    expect(await signIn(token)).toEqual(REFUSED);
    expect((await signIn(newToken())).status).toBe(204);
  });

  it('works for a quarter of an hour', async () => {
    const [first, second] = [newToken(), newToken()];
    clock.advance(LINK_MS);
    expect((await signIn(first)).status).toBe(204);
    clock.advance(1);
    expect(await signIn(second)).toEqual(REFUSED);
  });

  it('works only at a server that runs already: one started later cannot know whether it was used', async () => {
    const token = newToken();
    clock.advance(1);
    const later = await startServer({ beside: server, developmentKey: KEY });
    expect(await signIn(token, {}, later)).toEqual(REFUSED);
    expect((await signIn(token)).status).toBe(204);
  });

  it('is refused when it was not made with the key', async () => {
    const token = newToken();
    const [at = '', nonce, signature = ''] = token.split('.');
    const next = String.fromCharCode(signature.charCodeAt(42) + 1);
    for (const forged of [
      newToken('of_other'),
      newToken(''),
      `${Number(at) + 1}.${nonce}.${signature}`,
      `${at}.x${nonce}.${signature}`,
      `${at}.${nonce}.${signature.slice(0, 42)}`,
      `${at}.${nonce}.${signature.slice(0, 42)}${next}`,
      `${at}.${nonce}.${signature}=`,
      `${at}.${nonce}`,
      ` ${token}`,
      'x',
      '',
      KEY,
      null,
      17,
      [token],
      { token },
    ])
      expect([forged, await signIn(forged)]).toEqual([forged, REFUSED]);
    expect((await signIn(token)).status).toBe(204);
  });

  it.each(['', 'null', '[]', '"x"', '{"token":'])('is refused with the body %j', async (body) => {
    const reply = await ask(server.url, '/graphiql/sign-in', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect(reply.status).toBeGreaterThanOrEqual(400);
    expect(reply.status).toBeLessThan(500);
    expect(reply.headers).not.toHaveProperty('set-cookie');
  });

  it.each(FORWARDED)('is refused through a proxy that sends %s: %s, and stays good', async (name, value) => {
    const token = newToken();
    expect(await signIn(token, { host: '127.0.0.1', [name]: value })).toEqual(REFUSED);
    expect((await signIn(token)).status).toBe(204);
  });

  it('is refused to pages of elsewhere, and stays good', async () => {
    const token = newToken();
    const elsewhere: Headers[] = [
      { origin: 'https://evil.example' },
      { origin: 'http://localhost:3000' },
      { host: 'evil.example' },
      { 'sec-fetch-site': 'cross-site' },
    ];
    for (const headers of elsewhere) expect((await signIn(token, headers)).status).toBe(403);
    expect((await signIn(token, { origin: server.url })).status).toBe(204);
  });
});

describe('what a server prints when it is ready', () => {
  const config = { GRAPHIQL: true, ONEFOLD_DIR: '/home/ada/.onefold' };
  const printed = (changes: object) =>
    greeting({ config, url: server.url, developmentKey: KEY, now: clock.now(), ...changes });

  it('has a link that signs in, and says where the key is', async () => {
    const text = printed({});
    const [link = ''] = /http:\S+#\S+/.exec(text) ?? [];
    expect((await signIn(tokenOf(link))).status).toBe(204);
    expect(text).toContain('/home/ada/.onefold/development-key');
    expect(text).not.toContain(KEY);
  });

  it('has no link without GraphiQL, on a real database, or at an address of a network', () => {
    expect(printed({ config: { ...config, GRAPHIQL: false } })).not.toContain('#');
    expect(printed({ developmentKey: null })).not.toMatch(/#|development-key/);
    expect(printed({ url: 'http://192.168.1.7:4000' })).toMatch(/GraphiQL +http:\/\/192.168.1.7:4000\/\n/);
  });
});

describe('a new link', () => {
  let directory: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'onefold-sign-in-'));
    atEnd(() => rm(directory, { recursive: true }));
  });

  const newLink = (changes: object = {}) =>
    newSignInLink({ ONEFOLD_DIR: directory, HOST: '127.0.0.1', PORT: 4000, ...changes }, clock.now());

  it('takes the key of the folder', async () => {
    await expect(newLink()).rejects.toThrow(/no development key in .*onefold-sign-in-.*Start a server/);
    await writeFile(join(directory, 'development-key'), `${KEY}\n`);
    expect((await signIn(tokenOf(await newLink()))).status).toBe(204);
  });

  it('leads to where the settings say, or the running server itself', async () => {
    const pageOf = async (changes: object) => (await newLink(changes)).split('#')[0];
    expect(await pageOf({})).toBe('http://127.0.0.1:4000/');
    expect(await pageOf({ HOST: '::1', PORT: 80 })).toBe('http://[::1]:80/');
    expect(await pageOf({ HOST: '0.0.0.0' })).toBe('http://localhost:4000/');
    await writeFile(join(directory, 'server-url'), `${server.url}\n`);
    expect(await pageOf({})).toBe(`${server.url}/`);
  });
});
