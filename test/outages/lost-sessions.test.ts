import {
  asAdmin,
  cloneDatabase,
  event,
  eventually,
  expectError,
  expectNoErrors,
  gql,
  hold,
  ingest,
  item,
  snapshotTables,
  startProxy,
  startServer,
} from '../kit/index.js';
import type { TestServer } from '../kit/index.js';

const EXCLUSIVE = 'select pg_advisory_xact_lock($1, $2)';
const CATALOGUE_LOCK = 1;

/** Ends sessions of servers, as an operator or a failing PostgreSQL does. @returns how many */
async function endSessions({ databaseUrl }: TestServer, which: string): Promise<number> {
  return asAdmin(databaseUrl, async (client) => {
    const { rowCount } = await client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and application_name = '' and ${which}`,
    );
    return rowCount ?? 0;
  });
}

async function eventsOf({ databaseUrl }: TestServer): Promise<unknown[]> {
  return asAdmin(
    databaseUrl,
    async (client) => (await client.query('select type from event order by type')).rows,
  );
}

it('bounds every session in seconds', async () => {
  const server = await startServer();
  const limits = await server.database.transaction(server.workspaceId, (tx) =>
    tx.query<{ name: string; setting: string }>(
      `select name, setting from pg_settings where name in ('idle_in_transaction_session_timeout', 'lock_timeout',
        'statement_timeout', 'tcp_user_timeout', 'tcp_keepalives_idle') order by name`,
    ),
  );
  expect(Object.fromEntries(limits.map(({ name, setting }) => [name, Number(setting)]))).toEqual({
    idle_in_transaction_session_timeout: 5_000,
    lock_timeout: 8_000,
    statement_timeout: 20_000,
    tcp_keepalives_idle: 5,
    tcp_user_timeout: 10_000,
  });
});

it('frees the locks of a transaction that has gone silent, which then begins again and takes effect once', async () => {
  const server = await startServer();
  const other = await startServer({ beside: server });
  const silence = Promise.withResolvers<void>();
  let tries = 0;
  const silent = server.database.transaction(server.workspaceId, async (tx) => {
    tries += 1;
    await tx.query(EXCLUSIVE, [CATALOGUE_LOCK, server.workspaceId]);
    await tx.query(`update workspace set name = name || '!' where id = $1`, [server.workspaceId]);
    if (tries === 1) await silence.promise;
  });
  const began = performance.now();
  expect(await ingest(other, [event({ external: 'a' }, 'visit')])).toMatchObject([{ status: 'ACCEPTED' }]);
  expect(performance.now() - began).toBeLessThan(10_000);
  silence.resolve();
  await silent;
  expect(tries).toBe(2);
  const { rows } = await asAdmin(server.databaseUrl, (client) =>
    client.query(`select name from workspace where id = ${server.workspaceId}`),
  );
  expect(rows).toEqual([{ name: 'Test!' }]);
});

describe('work whose session is ended before it commits is done again, once, without the caller noticing', () => {
  it.each([
    ['items', () => [event({ external: 'a' }, 'visit')]],
    ['a bulk of items', () => Array.from({ length: 150 }, () => event({ external: 'a' }, 'visit'))],
    [
      'items that merge two people',
      () => [item({ external: 'a', device: 'd' }), event({ external: 'a' }, 'visit')],
    ],
  ])('%s', async (_, items) => {
    const server = await startServer();
    const holder = await hold(server, EXCLUSIVE, [CATALOGUE_LOCK, server.workspaceId]);
    const sent = items();
    const answering = ingest(server, sent);
    await holder.untilSomebodyWaits();
    expect(await endSessions(server, `wait_event_type = 'Lock'`)).toBe(1);
    await holder.untilSomebodyWaits();
    await holder.letGo();
    expect((await answering).every(({ status }) => status === 'ACCEPTED')).toBe(true);
    expect(await eventsOf(server)).toHaveLength(sent.filter(({ type }) => type).length);
  });

  it('a change of definitions', async () => {
    const server = await startServer();
    const holder = await hold(server, 'select from workspace for update');
    const creating = gql(
      server,
      'mutation { defineTag(input: { key: "vip", label: "VIP" }) { userErrors { code } } }',
    );
    await holder.untilSomebodyWaits();
    expect(await endSessions(server, `wait_event_type = 'Lock'`)).toBe(1);
    await holder.untilSomebodyWaits();
    await holder.letGo();
    expect(expectNoErrors(await creating).defineTag.userErrors).toEqual([]);
  });
});

it('replaces connections that were ended while nobody used them', async () => {
  const server = await startServer();
  const ask = () => gql(server, '{ profiles(first: 1) { nodes { id } } }');
  await Promise.all(Array.from({ length: 10 }, ask));
  expect(await endSessions(server, `state = 'idle'`)).toBeGreaterThan(1);
  await eventually('it answers again', async () => (await ask()).status === 200);
  for (const answer of await Promise.all(Array.from({ length: 20 }, ask))) expectNoErrors(answer);
});

describe('with a PostgreSQL that is frozen', () => {
  it('no statement waits for ever, nothing takes effect, and work goes on when it is back', async () => {
    const proxy = await startProxy(await cloneDatabase());
    const server = await startServer({ databaseUrl: proxy.url });
    const before = await snapshotTables(server);
    await server.database.transaction(server.workspaceId, (tx) => tx.query('select 1'));
    proxy.freeze();
    // Its limit is a tenth of a second here, where a statement otherwise has twenty.
    const work = server.database.transaction(
      server.workspaceId,
      (tx) => tx.query('update workspace set name = $1', ['Frozen']),
      { statementTimeoutMs: 100 },
    );
    await expect(work).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    const ready = await fetch(`${server.url}/health/ready`);
    expect([ready.status, await ready.json()]).toEqual([503, { status: 'not ready', database: 'away' }]);
    proxy.thaw();
    await eventually('it answers', async () => (await fetch(`${server.url}/health/ready`)).status === 200);
    expect(await snapshotTables(server)).toEqual(before);
    expect(await ingest(server, [item({ external: 'a' })])).toMatchObject([{ status: 'ACCEPTED' }]);
  });

  it('those who ask whether it is ready share one connection', async () => {
    const proxy = await startProxy(await cloneDatabase());
    const server = await startServer({ databaseUrl: proxy.url });
    proxy.freeze();
    const asked = Array.from({ length: 50 }, async () => (await fetch(`${server.url}/health/ready`)).status);
    expect(new Set(await Promise.all(asked))).toEqual(new Set([503]));
    expect(server.database.spareConnections).toBeGreaterThan(0);
    proxy.thaw();
  });
});

it('refuses all that is under way when it is told to end at once', async () => {
  const server = await startServer();
  const holder = await hold(server, EXCLUSIVE, [CATALOGUE_LOCK, server.workspaceId]);
  const asked = [1, 2, 3].map((n) =>
    gql(server, 'mutation ($items: [IngestItemInput!]!) { ingest(input: { items: $items }) { accepted } }', {
      items: [event({ external: `p${n}` }, 'visit')],
    }),
  );
  await holder.untilSomebodyWaits();
  const stopped = server.stop();
  server.abort();
  for (const answer of await Promise.all(asked))
    expect(expectError(answer, 'UNAVAILABLE').extensions.retryAfterMs).toBe(1_000);
  await stopped;
  await holder.letGo();
  expect(await eventsOf(server)).toEqual([]);
});
