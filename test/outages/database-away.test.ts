import pg from 'pg';
import {
  atEnd,
  cloneDatabase,
  connect,
  event,
  eventually,
  expectError,
  expectNoErrors,
  gql,
  startProxy,
  startServer,
} from '../kit/index.js';
import type { TcpProxy, TestServer } from '../kit/index.js';

/** Every batch waits for whoever holds it (definitions/catalogue.ts). */
const CATALOGUE_LOCK = 1;
const VIEWER = '{ viewer { keyName } }';
const INGEST = 'mutation ($items: [IngestItemInput!]!) { ingest(input: { items: $items }) { accepted } }';
const POOL = 3;

let proxy: TcpProxy;
let server: TestServer;
let holder: pg.Client;

beforeAll(async () => {
  const database = await cloneDatabase();
  proxy = await startProxy(database);
  server = await startServer({
    databaseUrl: proxy.url,
    config: { DATABASE_POOL_SIZE: POOL, INGEST_CONCURRENCY: POOL },
  });
  holder = new pg.Client({ connectionString: database });
  await holder.connect();
  atEnd(() => holder.end());
});

const hold = () => holder.query('select pg_advisory_lock($1, $2)', [CATALOGUE_LOCK, server.workspaceId]);
const letGo = () => holder.query('select pg_advisory_unlock($1, $2)', [CATALOGUE_LOCK, server.workspaceId]);

async function waitingBatches(): Promise<number> {
  const { rows } = await holder.query<{ count: number }>(
    `select count(*)::int from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())`,
  );
  return rows[0]?.count ?? 0;
}

it('answers what was under way when the database goes away, and goes on when it is back, as often as that happens', async () => {
  for (const outage of [1, 2, 3]) {
    await hold();
    // Bulk and small requests go apart: with one of each, connections are waiting in both lanes.
    const asked = [1, 150].map((size) =>
      gql(server, INGEST, {
        items: Array.from({ length: size }, () => event({ external: `o-${outage}-${size}` }, 'visit')),
      }),
    );
    await eventually('both batches wait in the database', async () => (await waitingBatches()) === 2);
    await proxy.cut();
    for (const answer of await Promise.all(asked)) {
      const { message, extensions } = expectError(answer, 'UNAVAILABLE');
      expect(message).toMatch(/again/);
      expect(extensions.retryAfterMs).toBe(1_000);
      expect(answer.status).toBe(503);
      expect(answer.headers.get('retry-after')).toBe('1');
    }
    await letGo();
    await proxy.mend();
    await eventually('it answers again', async () => (await gql(server, VIEWER)).status === 200);
  }
  // As many at once as there are connections: none of them was lost.
  await Promise.all(Array.from({ length: 3 * POOL }, async () => expectNoErrors(await gql(server, VIEWER))));
  expect(server.complaints.join('')).not.toMatch(/unhandled|TypeError/i);
});

it('says over a socket too when to come again', async () => {
  const socket = await connect(server);
  await proxy.cut();
  socket.subscribe('{ viewer { keyName } profiles(first: 1) { nodes { id } } }');
  expect(await socket.nextErrors()).toMatchObject([
    { extensions: { code: 'UNAVAILABLE', retryAfterMs: 1_000 } },
  ]);
  await proxy.mend();
});

it('refuses a key that it cannot look up as unavailable, not as unknown', async () => {
  await proxy.cut();
  // One that has not been seen lately.
  const answer = await gql(server, VIEWER, {}, { key: `of_${'x'.repeat(43)}` });
  expect(expectError(answer, 'UNAVAILABLE').extensions.retryAfterMs).toBe(1_000);
  expect(answer).toMatchObject({ status: 503 });
  expect(answer.headers.get('retry-after')).toBe('1');
  await proxy.mend();
});

it('stops in order after an outage', async () => {
  await server.stop();
});
