import { hash } from 'node:crypto';
import {
  asAdmin,
  connect,
  expectError,
  expectNoErrors,
  gql,
  ManualClock,
  newKey,
  newTenant,
  openSocket,
  snapshotTables,
  startServer,
} from '../kit/index.js';
import type { Answer, TestServer } from '../kit/index.js';

const CREATE = `mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) {
  secret userErrors { code path } apiKey { id name scopes createdAt expiresAt revokedAt source { key } } } }`;
const REVOKE = `mutation ($id: ID!) { revokeApiKey(input: { id: $id }) { userErrors { code path } apiKey { id revokedAt } } }`;
const VIEWER = '{ viewer { keyName scopes } }';
/** A key is remembered for less than a second. */
const A_SECOND = 1_000;

let server: TestServer;
let clock: ManualClock;

beforeAll(async () => {
  clock = new ManualClock('2026-03-01T12:00:00.000Z');
  server = await startServer({ clock });
});

async function create(input: Record<string, unknown>): Promise<{ id: string; secret: string }> {
  const data = expectNoErrors(
    await gql(server, CREATE, { input: { name: 'Shop', scopes: ['READ'], ...input } }),
  );
  expect(data.createApiKey.userErrors).toEqual([]);
  return { id: data.createApiKey.apiKey.id, secret: data.createApiKey.secret };
}

const ask = (key: string | null): Promise<Answer> => gql(server, VIEWER, {}, { key });

describe('creating a key', () => {
  it('shows the secret once, and works at once with the scopes it has', async () => {
    const data = expectNoErrors(
      await gql(server, CREATE, { input: { name: 'Shop', scopes: ['READ', 'READ', 'INGEST'] } }),
    );
    expect(data.createApiKey).toEqual({
      secret: expect.stringMatching(/^of_[\w-]{43}$/),
      userErrors: [],
      apiKey: {
        id: expect.stringMatching(/^key_[0-9a-z]{26}$/),
        name: 'Shop',
        scopes: ['READ', 'INGEST'],
        createdAt: '2026-03-01T12:00:00.000Z',
        expiresAt: null,
        revokedAt: null,
        source: { key: 'default' },
      },
    });
    expect(expectNoErrors(await ask(data.createApiKey.secret))).toEqual({
      viewer: { keyName: 'Shop', scopes: ['READ', 'INGEST'] },
    });
    const listed = await gql(server, '{ apiKeys { nodes { name } } }');
    expect(JSON.stringify(listed.data)).not.toContain(data.createApiKey.secret);
  });

  it('keeps of the secret only its SHA-256', async () => {
    const { secret } = await create({});
    const tables = await snapshotTables(server);
    expect(JSON.stringify(tables)).not.toContain(secret.slice(3));
    const { rows } = await asAdmin(server.databaseUrl, (client) =>
      client.query('select name from api_key where hash = $1', [hash('sha256', secret, 'buffer')]),
    );
    expect(rows).toEqual([{ name: 'Shop' }]);
  });

  it('writes in the name of the source that it is for', async () => {
    expectNoErrors(
      await gql(
        server,
        'mutation { createSource(input: { key: "crm", name: "CRM" }) { userErrors { code } } }',
      ),
    );
    const { secret } = await create({ source: 'crm' });
    expect(
      expectNoErrors(await gql(server, '{ viewer { source { key name } } }', {}, { key: secret })),
    ).toEqual({
      viewer: { source: { key: 'crm', name: 'CRM' } },
    });
  });

  it.each([
    [{ name: ' ' }, 'REQUIRED', ['input', 'name']],
    [{ name: 'x'.repeat(201) }, 'TOO_LONG', ['input', 'name']],
    [{ scopes: [] }, 'REQUIRED', ['input', 'scopes']],
    [{ source: 'nowhere' }, 'SOURCE_UNKNOWN', ['input', 'source']],
    [{ expiresAt: '2026-03-01T11:59:59Z' }, 'INVALID_VALUE', ['input', 'expiresAt']],
  ])('is refused for %j, and nothing changes', async (input, code, path) => {
    const before = await snapshotTables(server);
    const data = expectNoErrors(
      await gql(server, CREATE, { input: { name: 'Shop', scopes: ['READ'], ...input } }),
    );
    expect(data.createApiKey).toEqual({ secret: null, apiKey: null, userErrors: [{ code, path }] });
    expect(await snapshotTables(server)).toEqual(before);
  });

  it('is no way to get a scope that does not exist', async () => {
    expectError(
      await gql(server, CREATE, { input: { name: 'Shop', scopes: ['EVERYTHING'] } }),
      'BAD_USER_INPUT',
    );
  });
});

describe('a key that expires', () => {
  it('works until the instant, not from it on', async () => {
    const { secret } = await create({ expiresAt: '2026-03-01T13:00:00Z' });
    clock.set('2026-03-01T12:59:58.999Z');
    expectNoErrors(await ask(secret));
    clock.set('2026-03-01T12:59:59.500Z');
    expectNoErrors(await ask(secret));
    clock.set('2026-03-01T13:00:00.000Z');
    const refused = await ask(secret);
    expectError(refused, 'KEY_INACTIVE');
    expect(refused.status).toBe(403);
  });

  it('takes its sockets with it, and opens no more', async () => {
    const { secret } = await create({
      scopes: ['READ', 'SUBSCRIBE'],
      expiresAt: new Date(clock.now().getTime() + 60_000).toISOString(),
    });
    const socket = await connect(server, { key: secret });
    clock.advance(60_000);
    expect(await socket.closing()).toEqual({ code: 4403, reason: 'The API key has expired or was revoked.' });
    const late = await openSocket(server);
    late.send({ type: 'connection_init', payload: { apiKey: secret } });
    expect((await late.closing()).code).toBe(4403);
  });
});

describe('revoking a key', () => {
  it('stops it within a second', async () => {
    const { id, secret } = await create({});
    expectNoErrors(await ask(secret));
    const data = expectNoErrors(await gql(server, REVOKE, { id }));
    expect(data.revokeApiKey).toEqual({
      userErrors: [],
      apiKey: { id, revokedAt: clock.now().toISOString() },
    });
    clock.advance(A_SECOND);
    const refused = await ask(secret);
    expectError(refused, 'KEY_INACTIVE');
    expect(refused.status).toBe(403);
  });

  it('closes its sockets within a second, and those of no other key', async () => {
    const { id, secret } = await create({ scopes: ['READ', 'SUBSCRIBE'] });
    const other = await connect(server);
    const sockets = [await connect(server, { key: secret }), await connect(server, { key: secret })];
    const revokedAt = performance.now();
    expectNoErrors(await gql(server, REVOKE, { id }));
    for (const socket of sockets) expect((await socket.closing()).code).toBe(4403);
    expect(performance.now() - revokedAt).toBeLessThan(1_000);
    other.subscribe(VIEWER);
    expect((await other.nextData()).viewer.keyName).toMatch(/^Test/);
  });

  it('a second time changes nothing', async () => {
    const { id } = await create({});
    const first = expectNoErrors(await gql(server, REVOKE, { id }));
    clock.advance(60_000);
    const before = await snapshotTables(server);
    expect(expectNoErrors(await gql(server, REVOKE, { id }))).toEqual(first);
    expect(await snapshotTables(server)).toEqual(before);
  });

  it('is refused for ids that are of no key here, and nothing changes', async () => {
    const tenant = await newTenant(server);
    const foreign = expectNoErrors(await gql(server, '{ apiKeys { nodes { id } } }', {}, tenant)).apiKeys
      .nodes[0].id;
    const own = expectNoErrors(await gql(server, '{ sources { nodes { id } } }')).sources.nodes[0].id;
    const before = await snapshotTables(server);
    for (const id of [foreign, own, 'key_', 'nonsense', '']) {
      expect(expectNoErrors(await gql(server, REVOKE, { id })).revokeApiKey).toEqual({
        apiKey: null,
        userErrors: [{ code: 'API_KEY_UNKNOWN', path: ['input', 'id'] }],
      });
    }
    expect(await snapshotTables(server)).toEqual(before);
  });
});

describe('a key that is no key', () => {
  it.each([
    ['none', null],
    ['an unknown one', 'of_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
    ['an empty one', ''],
    ['a very long one', `of_${'a'.repeat(5_000)}`],
  ])('%s is refused over HTTP', async (_name, key) => {
    const answer = await ask(key);
    expect(expectError(answer, 'UNAUTHENTICATED').message).toMatch(/Authorization: Bearer of_/);
    expect(answer.status).toBe(401);
  });

  it.each(['Basic YTpi', 'Bearer', 'Bearer a b', 'of_x'])(
    'the header "%s" is refused',
    async (authorization) => {
      const answer = await gql(server, VIEWER, {}, { key: null, headers: { authorization } });
      expectError(answer, 'UNAUTHENTICATED');
      expect(answer.status).toBe(401);
    },
  );

  it.each([
    [undefined],
    [{}],
    [{ apiKey: 'of_wrong' }],
    [{ apiKey: '' }],
    [{ apiKey: 7 }],
    [{ apiKey: ['of_wrong'] }],
    [{ Authorization: 'Bearer of_wrong' }],
  ])('%j opens no socket', async (payload) => {
    const socket = await openSocket(server);
    socket.send({ type: 'connection_init', ...(payload && { payload }) });
    const { code, reason } = await socket.closing();
    expect([code, reason]).toEqual([4401, expect.stringMatching(/\w/)]);
    expect(reason).not.toContain('of_wrong');
  });
});

describe('a socket takes the key', () => {
  it.each([
    ['as apiKey', (key: string) => ({ connectionParams: { apiKey: key } })],
    ['as apiKey with Bearer', (key: string) => ({ connectionParams: { apiKey: `Bearer ${key}` } })],
    [
      'as Authorization in the payload',
      (key: string) => ({ connectionParams: { Authorization: `Bearer ${key}` } }),
    ],
    [
      'as authorization in the payload',
      (key: string) => ({ connectionParams: { authorization: `Bearer ${key}` } }),
    ],
    [
      'as a header of the upgrade',
      (key: string) => ({ headers: { authorization: `Bearer ${key}` }, key: null }),
    ],
  ])('%s', async (_name, opening) => {
    const key = await newKey(server, ['READ'], { name: 'Reader' });
    const socket = await connect(server, opening(key));
    socket.subscribe(VIEWER);
    expect(await socket.nextData()).toEqual({ viewer: { keyName: 'Reader', scopes: ['READ'] } });
  });
});
