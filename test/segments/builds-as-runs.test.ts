import { migrate } from '../../src/platform/index.js';
import { Builder } from '../../src/segments/builder.js';
import {
  asAdmin,
  cloneDatabase,
  createSegment,
  expectNoErrors,
  gql,
  item,
  seed,
  startServer,
} from '../kit/index.js';

const MIGRATION = 'Migration20261130200000_builds_as_runs';

it('builds of an older server become runs, and those under way begin again', async () => {
  const databaseUrl = await cloneDatabase();
  const server = await startServer({ databaseUrl });
  await seed(server, [item({ external: 'ada' }), item({ external: 'bea' })]);
  for (const key of ['done', 'failed', 'running', 'waiting']) await createSegment(server, key, { all: [] });
  // Only this test takes steps of builds.
  server.database.lookingForWork = (work) => work({ query: () => Promise.resolve([]) } as never);
  const shard = server.workspaceId * 256 + 7;
  await asAdmin(databaseUrl, async (client) => {
    await client.query(`delete from run`);
    await client.query(`delete from mikro_orm_migrations where name = '${MIGRATION}'`);
    await client.query(`alter table segment_build drop column run_id`);
    await client.query(`update segment_build set started_at = '2026-01-01T00:00:00Z'::timestamptz + interval '1 day' * (
      select count(*) from segment s, segment own where own.id = segment_id and s.key < own.key)`);
    const set = (key: string, changes: string) =>
      client.query(
        `update segment_build set ${changes} where segment_id = (select id from segment where key = $1)`,
        [key],
      );
    await set('done', `finished_at = '2026-02-01T00:00:00Z'`);
    await set('failed', `state = 'FAILED', error = 'Something.', finished_at = '2026-02-01T00:00:00Z'`);
    await set('running', `state = 'RUNNING', after_shard = ${shard}, after_profile_id = gen_random_uuid()`);
    await set('waiting', `state = 'WAITING', after_shard = null, after_profile_id = null`);
  });
  expect(await migrate(databaseUrl)).toEqual([MIGRATION]);

  const query = `{ runs { nodes { state failure { code } progress { done total } createdAt startedAt finishedAt
    ... on BuildRun { segment { key build { state } } } } } }`;
  const ask = async () => expectNoErrors(await gql(server, query)).runs.nodes;
  const run = (key: string, state: string, more: object) => ({
    ...{ state, failure: null, progress: { done: 0, total: null }, startedAt: null, finishedAt: null },
    ...more,
    segment: { key, build: { state } },
  });
  const [first, second, third, fourth] = [1, 2, 3, 4].map((day) => `2026-01-0${day}T00:00:00.000Z`);
  const finishedAt = '2026-02-01T00:00:00.000Z';
  expect(await ask()).toEqual([
    run('waiting', 'QUEUED', { createdAt: fourth }),
    run('running', 'QUEUED', { createdAt: third }),
    run('failed', 'FAILED', {
      ...{ createdAt: second, startedAt: second, finishedAt },
      failure: { code: 'INTERNAL_SERVER_ERROR' },
    }),
    run('done', 'COMPLETED', { createdAt: first, startedAt: first, finishedAt }),
  ]);
  const builder = new Builder(server.database, server.clock);
  const { rows } = await asAdmin(databaseUrl, (client) =>
    client.query<{ segmentId: string }>(
      `select segment_id as "segmentId" from segment_build where state = 'WAITING'`,
    ),
  );
  expect(rows).toHaveLength(2);
  for (const { segmentId } of rows)
    while (await builder.advance({ workspaceId: server.workspaceId, segmentId }));
  expect((await ask()).slice(0, 2)).toMatchObject(
    Array(2).fill({ state: 'COMPLETED', progress: { done: 2, total: 2 } }),
  );
});
