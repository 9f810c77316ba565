import {
  asAdmin,
  createSegment,
  expectError,
  expectNoErrors,
  gql,
  item,
  newTenant,
  seed,
  startServer,
} from '../kit/index.js';
import type { TestServer } from '../kit/index.js';
import { addMembers, MANY, mutate, requestRecount, RUN, runOf, untilOver } from './runs-kit.js';

const UNKNOWN = 'run_01h455vb4pex5vsknk084sn02q';

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
  await seed(
    server,
    ['Ghent', 'Ghent', 'Turin'].map((city, index) =>
      item({ external: `p${index}` }, { attributes: { city } }),
    ),
  );
  for (const city of ['Ghent', 'Turin', 'Bonn'])
    await createSegment(server, city.toLowerCase(), { attribute: { key: 'city', is: { equals: city } } });
});

/** As after a restored backup, or a bug: the recorded sizes are wrong. */
function drift(text: string, values: unknown[] = []): Promise<unknown> {
  return asAdmin(server.databaseUrl, (admin) => admin.query(text, values));
}

async function sizes(): Promise<Record<string, number>> {
  const { segments } = expectNoErrors(await gql(server, '{ segments { nodes { key size } } }'));
  return Object.fromEntries(
    segments.nodes.map(({ key, size }: { key: string; size: number }) => [key, size]),
  );
}

it('corrects sizes that are wrong, and says how many it has looked at and corrected', async () => {
  const right = { bonn: 0, ghent: 2, turin: 1 };
  expect(await sizes()).toEqual(right);
  await drift(`update segment_size set size = size + 7 where size = 2`);
  await drift(`delete from segment_size where size = 1`);
  expect(await sizes()).toEqual({ bonn: 0, ghent: 9, turin: 0 });
  const run = await untilOver(server, await requestRecount(server));
  const ms = Date.parse(run.heartbeatAt) - Date.parse(run.startedAt);
  expect(run).toEqual({
    __typename: 'RecountRun',
    id: run.id,
    kind: 'RECOUNT',
    state: 'COMPLETED',
    progress: { done: 3, total: 3, unit: 'segments', perSecond: ms > 0 ? 3_000 / ms : null },
    failure: null,
    requestedBy: { name: expect.stringContaining('Test') },
    createdAt: expect.any(String),
    startedAt: expect.any(String),
    heartbeatAt: run.finishedAt,
    finishedAt: expect.any(String),
    counts: { checked: 3, corrected: 2 },
  });
  expect(await sizes()).toEqual(right);
  const again = await untilOver(server, await requestRecount(server));
  expect(again).toMatchObject({ state: 'COMPLETED', counts: { checked: 3, corrected: 0 } });
});

it('counts only the segments that are named', async () => {
  await drift(`update segment_size set size = 50`);
  const run = await untilOver(server, await requestRecount(server, ['turin']));
  expect(run).toMatchObject({ progress: { done: 1, total: 1 }, counts: { checked: 1, corrected: 1 } });
  expect(await sizes()).toMatchObject({ turin: 1, ghent: 50 });
  await untilOver(server, await requestRecount(server));
});

it('is right while people enter and leave', async () => {
  await addMembers(server.databaseUrl, ['bonn', 'ghent', 'turin']);
  await drift(`update segment_size set size = size + 7`);
  const moving = Array.from({ length: 40 }, (_, index) =>
    seed(server, [item({ external: 'p0' }, { attributes: { city: index % 2 ? 'Ghent' : 'Turin' } })]),
  );
  const runs = await Promise.all([1, 2, 3].map(() => requestRecount(server)));
  for (const id of runs) expect(await untilOver(server, id)).toMatchObject({ state: 'COMPLETED' });
  // By the members there are, not by the sizes recorded.
  expect(await drift('select steps from run order by id desc limit 3')).toMatchObject({
    rows: [{ steps: 3 }, { steps: 3 }, { steps: 3 }],
  });
  await Promise.all(moving);
  expect(Object.values(await sizes()).reduce((sum, size) => sum + size, 0)).toBe(3 + 3 * MANY);
  await drift(`delete from membership where cause = 'BUILD' and not exists (
    select from profile where profile.shard = membership.shard and profile.id = membership.profile_id
  )`);
  await untilOver(server, await requestRecount(server));
});

it('refuses segments that there are not, and makes no run', async () => {
  const count = async () =>
    expectNoErrors(await gql(server, '{ runs(first: 500) { nodes { id } } }')).runs.nodes.length;
  const before = await count();
  expect(await mutate(server, 'recountSegments(input: { keys: ["turin", "none"] })')).toEqual({
    run: null,
    userErrors: [{ code: 'SEGMENT_UNKNOWN', path: ['input', 'keys', '1'] }],
  });
  const many = JSON.stringify(Array.from({ length: 501 }, () => 'turin'));
  expect(await mutate(server, `recountSegments(input: { keys: ${many} })`)).toEqual({
    run: null,
    userErrors: [{ code: 'TOO_MANY', path: ['input', 'keys'] }],
  });
  expect(await count()).toBe(before);
});

it('lists runs by kind and state, and shows those of no other workspace', async () => {
  const id = await requestRecount(server);
  await untilOver(server, id);
  const list = async (args: string, key = server.key) =>
    expectNoErrors(await gql(server, `{ runs(${args}) { nodes { id } } }`, {}, { key })).runs.nodes;
  expect(await list('first: 1, filter: { kinds: [RECOUNT], states: [COMPLETED] }')).toEqual([{ id }]);
  expect(await list('first: 1, filter: { states: [QUEUED, FAILED] }')).toEqual([]);
  const other = { ...server, ...(await newTenant(server)) };
  expect(await list('first: 500', other.key)).toEqual([]);
  expect(await runOf(other, id)).toBeNull();
  for (const mutation of ['cancelRun', 'retryRun'])
    expect(await mutate(other, `${mutation}(input: { id: "${id}" })`)).toEqual({
      run: null,
      userErrors: [{ code: 'RUN_UNKNOWN', path: ['input', 'id'] }],
    });
});

it('refuses to cancel what is over, to retry what was done, and runs that there are not', async () => {
  const id = await requestRecount(server);
  const run = await untilOver(server, id);
  expect((await mutate(server, `cancelRun(input: { id: "${id}" })`)).userErrors).toEqual([
    { code: 'RUN_OVER', path: ['input', 'id'] },
  ]);
  expect((await mutate(server, `retryRun(input: { id: "${id}" })`)).userErrors).toEqual([
    { code: 'RUN_NOT_RETRYABLE', path: ['input', 'id'] },
  ]);
  expect(await runOf(server, id)).toEqual(run);
  for (const none of [UNKNOWN, 'x', id.replace('run', 'segment')])
    expect((await mutate(server, `cancelRun(input: { id: "${none}" })`)).userErrors).toEqual([
      { code: 'RUN_UNKNOWN', path: ['input', 'id'] },
    ]);
  expectError(
    await gql(server, `{ runs(filter: { kinds: [NONE] }) { nodes { ${RUN} } } }`),
    'GRAPHQL_VALIDATION_FAILED',
  );
});
