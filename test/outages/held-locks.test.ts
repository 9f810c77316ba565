import { KEYLESS_BYTES } from '../../src/platform/graphql/index.js';
import {
  createSegment,
  event,
  eventually,
  expectError,
  expectNoErrors,
  gql,
  hold,
  ingest,
  ManualClock,
  newTenant,
  seed,
  snapshotTables,
  startServer,
} from '../kit/index.js';
import type { Answer, TestServer } from '../kit/index.js';

/** See definitions/catalogue.ts and segments/log-changes.ts. */
const [CATALOGUE_LOCK, LOG_LOCK] = [1, 2];
const SHARED = 'select pg_advisory_xact_lock_shared($1, $2)';
const EXCLUSIVE = 'select pg_advisory_xact_lock($1, $2)';
const DEFINITIONS = ['workspace', 'source', 'definition', 'segment', 'segment_version', 'segment_build'];
/** A change waits in the queue for two seconds at a time, and ingest behind it. */
const SOON_MS = 4_000;
const BOUNDED_MS = 12_000;

async function timed(asked: Promise<Answer>): Promise<{ answer: Answer; tookMs: number }> {
  const began = performance.now();
  return { answer: await asked, tookMs: performance.now() - began };
}

async function expectUnavailable(asked: Promise<Answer>): Promise<void> {
  const { answer, tookMs } = await timed(asked);
  expect(expectError(answer, 'UNAVAILABLE').extensions.retryAfterMs).toBe(1_000);
  expect(answer.status).toBe(answer.data == null ? 503 : 200);
  expect(answer.headers.get('retry-after')).toBe('1');
  expect(tookMs).toBeLessThan(BOUNDED_MS);
}

async function definitionsOf(server: TestServer): Promise<unknown[]> {
  const tables = await snapshotTables(server);
  return DEFINITIONS.map((name) => tables[name]);
}

function visit(server: TestServer, person: string): Promise<Answer> {
  const items = [event({ external: person }, 'visit')];
  return gql(
    server,
    'mutation ($items: [IngestItemInput!]!) { ingest(input: { items: $items }) { accepted } }',
    { items },
  );
}

async function sizeOf(server: TestServer): Promise<number> {
  return expectNoErrors(await gql(server, '{ segment(key: "recent") { size } }')).segment.size;
}

const CHANGES = [
  'createSegment(input: { key: "new", name: "New", rule: { event: { type: "visit" } }, allowUndefined: true }) { userErrors { code } }',
  'deleteSegment(input: { key: "old" }) { userErrors { code } }',
  'updateAttribute(input: { key: "city", isAudited: true }) { userErrors { code } }',
  'updateSource(input: { key: "default", name: "Shop" }) { userErrors { code } }',
];

it('refuses a change of definitions while a frozen server shares them, changes nothing, and ingest goes on', async () => {
  await Promise.all(
    CHANGES.map(async (change) => {
      const server = await startServer();
      await createSegment(server, 'old', { event: { type: 'visit' } });
      const frozen = await hold(server, SHARED, [CATALOGUE_LOCK, server.workspaceId]);
      const before = await definitionsOf(server);
      const slowest = { ms: 0 };
      const refusal = new AbortController();
      const changing = expectUnavailable(gql(server, `mutation { ${change} }`)).finally(() =>
        refusal.abort(),
      );
      while (!refusal.signal.aborted) {
        const { answer, tookMs } = await timed(visit(server, 'somebody'));
        expect(expectNoErrors(answer)).toEqual({ ingest: { accepted: 1 } });
        slowest.ms = Math.max(slowest.ms, tookMs);
      }
      await changing;
      expect(slowest.ms).toBeLessThan(SOON_MS);
      expect(await definitionsOf(server)).toEqual(before);
      await frozen.letGo();
      const changed = expectNoErrors(await gql(server, `mutation { change: ${change} }`));
      expect(changed).toEqual({ change: { userErrors: [] } });
    }),
  );
});

it('goes on with the rechecks of others while those of one workspace wait for a lock', async () => {
  const clock = new ManualClock('2026-03-01T12:00:00.000Z');
  const server = await startServer({ clock });
  const tenants = [server, ...(await Promise.all([1, 2].map(() => newTenant(server))))].map((tenant) => ({
    ...server,
    ...tenant,
  }));
  for (const tenant of tenants) {
    await createSegment(tenant, 'recent', { event: { type: 'visit', withinLast: { hours: 2 } } });
    await seed(tenant, [event({ external: 'somebody' }, 'visit')]);
  }
  const [first = server, ...others] = tenants;
  const frozen = await hold(server, EXCLUSIVE, [CATALOGUE_LOCK, first.workspaceId]);
  clock.advance(3 * 3_600_000);
  await Promise.all(
    others.map((tenant) =>
      eventually('time has moved somebody out', async () => (await sizeOf(tenant)) === 0),
    ),
  );
  expect(server.complaints.join('')).toContain(`"workspaceId":${first.workspaceId}`);
  await frozen.letGo();
  await eventually('and here too', async () => (await sizeOf(first)) === 0);
});

it('changes definitions as soon as the frozen server is gone, without being asked again', async () => {
  const server = await startServer();
  const frozen = await hold(server, SHARED, [CATALOGUE_LOCK, server.workspaceId]);
  const changing = gql(server, `mutation { change: ${CHANGES[2]} }`);
  await frozen.untilSomebodyWaits();
  await frozen.letGo();
  expect(expectNoErrors(await changing)).toEqual({ change: { userErrors: [] } });
});

it('refuses items whose locks do not come, keeps nothing of them, and takes them when they are sent again', async () => {
  const holders: [string, unknown[]][] = [
    [EXCLUSIVE, [CATALOGUE_LOCK, 'workspace']],
    [EXCLUSIVE, [LOG_LOCK, 'workspace']],
    ['select from profile for update', []],
    ['lock table receipt in share mode', []],
    ['lock table event', []],
  ];
  await Promise.all(
    holders.map(async ([statement, values]) => {
      const server = await startServer();
      await createSegment(server, 'visitors', { event: { type: 'visit' } });
      await seed(server, [event({ external: 'somebody' }, 'login')]);
      const before = await snapshotTables(server);
      const bound = values.map((value) => (value === 'workspace' ? server.workspaceId : value));
      const frozen = await hold(server, statement, bound);
      const again = event({ external: 'somebody' }, 'visit', {}, { externalId: 'again' });
      await expectUnavailable(
        gql(
          server,
          'mutation ($items: [IngestItemInput!]!) { ingest(input: { items: $items }) { accepted } }',
          {
            items: [again],
          },
        ),
      );
      await frozen.letGo();
      expect(await snapshotTables(server)).toEqual(before);
      expect(await ingest(server, [again])).toMatchObject([{ status: 'ACCEPTED' }]);
      expect(await ingest(server, [again])).toMatchObject([{ status: 'DUPLICATE' }]);
    }),
  );
});

it('refuses questions about a table that is locked, and answers them afterwards', async () => {
  const server = await startServer();
  await seed(server, [event({ external: 'somebody' }, 'visit')]);
  const frozen = await hold(server, 'lock table profile, api_key in access exclusive mode');
  await Promise.all([
    expectUnavailable(gql(server, '{ profiles(first: 1) { nodes { id } } }')),
    expectUnavailable(
      gql(server, '{ profileByIdentifier(namespace: "external", value: "somebody") { name } }'),
    ),
    expectUnavailable(gql(server, '{ previewSegment(rule: { event: { type: "visit" } }) { count } }')),
    // Nobody knows the key, and nobody can look: neither for a short request, nor for one that only a key may send.
    ...['', '#'.repeat(KEYLESS_BYTES)].map((comment) =>
      expectUnavailable(
        gql(server, `{ viewer { keyName } } ${comment}`, {}, { key: `of_${'x'.repeat(43)}` }),
      ),
    ),
  ]);
  await frozen.letGo();
  expect(
    expectNoErrors(await gql(server, '{ profiles(first: 1) { nodes { name } } }')).profiles.nodes,
  ).toHaveLength(1);
});
