import { Builder } from '../../src/segments/builder.js';
import { noteBuildFailure } from '../../src/segments/segment-build.js';
import {
  connect,
  createSegment,
  eventually,
  expectNoErrors,
  gql,
  item,
  newTenant,
  seed,
  snapshotTables,
  startServer,
  untilLive,
} from '../kit/index.js';
import type { TestServer } from '../kit/index.js';
import { changesOf } from '../live/change-log.js';

const FROM_GHENT = { attribute: { key: 'city', is: { equals: 'Ghent' } } };
const FROM_ROME = { attribute: { key: 'city', is: { equals: 'Rome' } } };
const PEOPLE = 12;
const RUN = `id kind state progress { done total unit } failure { code } requestedBy { name } startedAt finishedAt`;
const BUILD = `state failure { code } size build { ${RUN} segment { key } }`;

let server: TestServer;
let tenant: TestServer;
let builder: Builder;

beforeAll(async () => {
  server = await startServer();
});

beforeEach(async () => {
  tenant = { ...server, ...(await newTenant(server)) };
  // Three candidates a step.
  builder = new Builder(server.database, server.clock, { least: 3, most: 3 });
  await seed(
    tenant,
    Array.from({ length: PEOPLE }, (_, number) => lives(number, 'Ghent')),
  );
});

afterEach(lookForWorkAgain);

const lives = (number: number, city: string) => item({ external: `p${number}` }, { attributes: { city } });

/** Only this test takes steps of builds. */
function buildByHand(): void {
  server.database.lookingForWork = (work) => work({ query: () => Promise.resolve([]) } as never);
}

function lookForWorkAgain(): void {
  delete (server.database as Partial<typeof server.database>).lookingForWork;
}

async function mutate(verb: string, input: object, payload: string) {
  const type = `${verb[0]?.toUpperCase()}${verb.slice(1)}Input`;
  const query = `mutation ($input: ${type}!) { ${verb}(input: $input) { ${payload} userErrors { code path } } }`;
  return expectNoErrors(await gql(tenant, query, { input }))[verb];
}

async function create(key: string, rule: object) {
  const { segment } = await mutate('createSegment', { key, name: key, rule }, `segment { id ${BUILD} }`);
  const [row] = await server.database.transaction(tenant.workspaceId, (tx) =>
    tx.query<{ segmentId: string }>(
      `select segment_id as "segmentId" from segment_build where state = 'WAITING'`,
    ),
  );
  return { segment, build: { workspaceId: tenant.workspaceId, segmentId: row!.segmentId } };
}

const update = async (key: string, changes: object) => {
  const { userErrors } = await mutate('updateSegment', { key, ...changes }, '');
  expect(userErrors).toEqual([]);
};

async function segmentOf(key: string) {
  return expectNoErrors(await gql(tenant, `{ segment(key: "${key}") { ${BUILD} } }`)).segment;
}

async function runsOf(args: string) {
  return expectNoErrors(await gql(tenant, `{ runs(${args}) { nodes { ${RUN} } } }`)).runs.nodes;
}

async function members(key: string): Promise<string[]> {
  const query = `{ segment(key: "${key}") { members { nodes { attributes { value } } } } }`;
  const { segment } = expectNoErrors(await gql(tenant, query));
  return segment.members.nodes.map((one: { attributes: { value: string }[] }) => one.attributes[0]?.value);
}

it('is a run: on its segment, in the list and by its id, with who asked for it', async () => {
  await createSegment(tenant, 'ghent', FROM_GHENT);
  const { viewer } = expectNoErrors(await gql(tenant, '{ viewer { keyName } }'));
  const { state, failure, build } = await segmentOf('ghent');
  expect([state, failure]).toEqual(['LIVE', null]);
  const { segment, ...run } = build;
  expect(run).toEqual({
    id: expect.stringMatching(/^run_/),
    kind: 'BUILD',
    state: 'COMPLETED',
    progress: { done: PEOPLE, total: PEOPLE, unit: 'people' },
    failure: null,
    requestedBy: { name: viewer.keyName },
    startedAt: expect.any(String),
    finishedAt: expect.any(String),
  });
  expect(segment).toEqual({ key: 'ghent' });
  expect(await runsOf('filter: { kinds: [BUILD] }')).toEqual([run]);
  expect(await runsOf('filter: { kinds: [BUILD], states: [QUEUED, RUNNING] }')).toEqual([]);
  const { node } = expectNoErrors(
    await gql(tenant, `{ node(id: "${run.id}") { __typename ... on BuildRun { ${RUN} } } }`),
  );
  expect(node).toEqual({ __typename: 'BuildRun', ...run });
});

it('that nobody has ever started is null', async () => {
  const input = { key: 'draft', name: 'Draft', rule: FROM_GHENT, targetState: 'DRAFT' };
  const { segment } = await mutate('createSegment', input, `segment { ${BUILD} }`);
  expect(segment).toMatchObject({ state: 'DRAFT', failure: null, build: null });
});

it('tells its steps to those who watch it, the segment or all runs, and ends with the build', async () => {
  buildByHand();
  const { segment, build } = await create('ghent', FROM_GHENT);
  const [byKey, byId, all] = await Promise.all(
    [
      `segmentBuild(key: "ghent") { ${RUN} segment { key state } }`,
      `runChanges(id: "${segment.build.id}") { ${RUN} }`,
      `runChanges(kinds: [BUILD]) { ${RUN} }`,
    ].map(async (field) => {
      const socket = await connect(tenant);
      socket.subscribe(`subscription { told: ${field} }`);
      const next = async () => (await socket.nextData()).told;
      expect(await next()).toMatchObject({ id: segment.build.id, state: 'QUEUED', startedAt: null });
      return { next, socket };
    }),
  );
  while (await builder.advance(build));
  for (const { next } of [byKey!, byId!, all!]) {
    let run = await next();
    while (run.state === 'RUNNING') run = await next();
    expect(run).toMatchObject({ state: 'COMPLETED', progress: { done: PEOPLE, total: PEOPLE } });
  }
  for (const { socket } of [byKey!, byId!]) expect((await socket.next()).type).toBe('complete');
});

it('counts the people it has tried, step by step', async () => {
  buildByHand();
  const { build } = await create('ghent', FROM_GHENT);
  const seen: number[] = [];
  while (await builder.advance(build)) {
    const { build: run, state } = await segmentOf('ghent');
    expect([state, run.state]).toEqual(['BUILDING', 'RUNNING']);
    expect(run.progress.total).toBeGreaterThanOrEqual(run.progress.done);
    seen.push(run.progress.done);
  }
  expect(seen).toEqual([...seen].sort((one, other) => one - other));
  expect(seen.at(-1)).toBeGreaterThan(seen[0]!);
  expect((await segmentOf('ghent')).build.progress).toEqual({ done: PEOPLE, total: PEOPLE, unit: 'people' });
});

it('takes the place of one that is under way, which is canceled', async () => {
  buildByHand();
  const { segment, build } = await create('ghent', FROM_GHENT);
  expect(await builder.advance(build)).toBe(true);
  await seed(tenant, [lives(0, 'Rome'), lives(1, 'Rome')]);
  await update('ghent', { rule: FROM_ROME });
  const [newer, older] = await runsOf('filter: { kinds: [BUILD] }');
  expect(older).toMatchObject({ id: segment.build.id, state: 'CANCELED', finishedAt: expect.any(String) });
  expect(newer).toMatchObject({ state: 'QUEUED', progress: { done: 0, total: null } });
  expect((await segmentOf('ghent')).build.id).toBe(newer.id);
  lookForWorkAgain();
  await untilLive(tenant, 'ghent');
  expect(await members('ghent')).toEqual(['Rome', 'Rome']);
  expect(await runsOf('last: 1')).toMatchObject([{ id: older.id, state: 'CANCELED' }]);
});

it('starts once when a draft goes live with a new rule', async () => {
  const input = { key: 'ghent', name: 'Ghent', rule: FROM_ROME, targetState: 'DRAFT' };
  await mutate('createSegment', input, '');
  await update('ghent', { rule: FROM_GHENT, targetState: 'LIVE' });
  await untilLive(tenant, 'ghent');
  expect(await runsOf('first: 9')).toMatchObject([{ kind: 'BUILD', state: 'COMPLETED' }]);
  expect(await members('ghent')).toHaveLength(PEOPLE);
});

describe('canceling', () => {
  it('pauses the segment: membership stays as it is until the segment is live again', async () => {
    buildByHand();
    const { segment, build } = await create('ghent', FROM_GHENT);
    expect(await builder.advance(build)).toBe(true);
    const { run, userErrors } = await mutate('cancelRun', { id: segment.build.id }, `run { ${RUN} }`);
    expect(userErrors).toEqual([]);
    expect(run).toMatchObject({ id: segment.build.id, state: 'CANCELED', finishedAt: expect.any(String) });
    const paused = await segmentOf('ghent');
    expect(paused).toMatchObject({ state: 'PAUSED', size: 3, build: { id: run.id, state: 'CANCELED' } });
    while (await builder.advance(build));
    expect(await segmentOf('ghent')).toEqual(paused);
    lookForWorkAgain();
    await seed(tenant, [lives(0, 'Rome'), lives(PEOPLE, 'Ghent')]);
    expect(await segmentOf('ghent')).toEqual(paused);
    const again = await mutate('cancelRun', { id: run.id }, `run { state }`);
    expect(again).toEqual({ run: { state: 'CANCELED' }, userErrors: [] });
    const before = await snapshotTables(tenant);
    expect((await mutate('retryRun', { id: run.id }, '')).userErrors).toEqual([
      { code: 'RUN_NOT_RETRYABLE', path: ['input', 'id'] },
    ]);
    expect(await snapshotTables(tenant)).toEqual(before);
    await update('ghent', { targetState: 'LIVE' });
    await untilLive(tenant, 'ghent');
    expect(await members('ghent')).toEqual(Array(PEOPLE).fill('Ghent'));
  });

  it.each([
    ['archived', 'updateSegment', { key: 'ghent', targetState: 'ARCHIVED' }],
    ['deleted', 'deleteSegment', { key: 'ghent' }],
  ])('is refused while everybody leaves a segment that was %s', async (_, verb, input) => {
    await createSegment(tenant, 'ghent', FROM_GHENT);
    buildByHand();
    await mutate(verb, input, '');
    const [run] = await runsOf('filter: { kinds: [BUILD], states: [QUEUED] }');
    const before = await snapshotTables(tenant);
    expect((await mutate('cancelRun', { id: run.id }, '')).userErrors).toEqual([
      { code: 'RUN_NOT_CANCELABLE', path: ['input', 'id'] },
    ]);
    expect(await snapshotTables(tenant)).toEqual(before);
    lookForWorkAgain();
    await eventually('all have left', async () => (await changesOf(tenant)).length === 2 * PEOPLE);
    expect(await runsOf('first: 1')).toMatchObject([{ id: run.id, state: 'COMPLETED' }]);
  });

  it('is refused once the build is over', async () => {
    await createSegment(tenant, 'ghent', FROM_GHENT);
    const { build } = await segmentOf('ghent');
    const before = await snapshotTables(tenant);
    expect((await mutate('cancelRun', { id: build.id }, '')).userErrors).toEqual([
      { code: 'RUN_OVER', path: ['input', 'id'] },
    ]);
    expect((await mutate('retryRun', { id: build.id }, '')).userErrors).toEqual([
      { code: 'RUN_NOT_RETRYABLE', path: ['input', 'id'] },
    ]);
    expect(await snapshotTables(tenant)).toEqual(before);
  });
});

/** Such a server notes what becomes of builds in `segment_build` alone. */
describe('one that an older server has ended', () => {
  const ENDINGS = [
    `update segment_build set state = 'DONE' where workspace_id = $1`,
    `update segment_build set state = 'FAILED' where workspace_id = $1`,
    `delete from segment_build where workspace_id = $1`,
  ];

  async function left(ending: string, steps: number): Promise<string> {
    buildByHand();
    const { segment, build } = await create('ghent', FROM_GHENT);
    for (let step = 0; step < steps; step += 1) expect(await builder.advance(build)).toBe(true);
    await server.database.transaction(tenant.workspaceId, (tx) => tx.query(ending, [tenant.workspaceId]));
    return segment.build.id;
  }

  it.each(ENDINGS.flatMap((ending) => [0, 1].map((steps) => [ending, steps] as const)))(
    'leaves a run that can be canceled: %s, after %i steps',
    async (ending, steps) => {
      const id = await left(ending, steps);
      expect(await mutate('cancelRun', { id }, 'run { state finishedAt }')).toEqual({
        run: { state: 'CANCELED', finishedAt: expect.any(String) },
        userErrors: [],
      });
      expect(await runsOf('filter: { states: [QUEUED, RUNNING, CANCELING] }')).toEqual([]);
    },
  );

  it.each(ENDINGS)('leaves a run that ends when the segment is built again: %s', async (ending) => {
    const id = await left(ending, 1);
    await update('ghent', { rule: FROM_ROME });
    expect(await runsOf('filter: { kinds: [BUILD] }')).toMatchObject([
      { state: 'QUEUED' },
      { id, state: 'CANCELED', finishedAt: expect.any(String) },
    ]);
  });
});

describe('one that fails', () => {
  async function fail(build: { workspaceId: number; segmentId: string }, times: number) {
    for (let time = 0; time < times; time += 1) await noteBuildFailure(server.database, server.clock, build);
  }

  it('is tried again, says so, and has got over it with its next step', async () => {
    buildByHand();
    const { build } = await create('ghent', FROM_GHENT);
    expect(await builder.advance(build)).toBe(true);
    await fail(build, 1);
    const failing = await segmentOf('ghent');
    expect(failing).toMatchObject({
      ...{ state: 'BUILDING', failure: null },
      build: { state: 'RUNNING', failure: { code: 'INTERNAL_SERVER_ERROR' }, finishedAt: null },
    });
    expect(await builder.advance(build)).toBe(true);
    expect((await segmentOf('ghent')).build).toMatchObject({ state: 'RUNNING', failure: null });
  });

  it('is given up after five failures, and goes on from where it stopped when it is retried', async () => {
    buildByHand();
    const { segment, build } = await create('ghent', FROM_GHENT);
    expect(await builder.advance(build)).toBe(true);
    await fail(build, 5);
    const failed = await segmentOf('ghent');
    expect(failed).toMatchObject({
      ...{ state: 'FAILED', failure: { code: 'INTERNAL_SERVER_ERROR' }, size: 3 },
      build: {
        ...{ id: segment.build.id, state: 'FAILED', failure: { code: 'INTERNAL_SERVER_ERROR' } },
        finishedAt: expect.any(String),
      },
    });
    // What ingest touches is exact all the while, on either side of the place.
    const everybody = Array.from({ length: PEOPLE }, (_, number) => number);
    await seed(
      tenant,
      everybody.filter((number) => number % 2).map((number) => lives(number, 'Rome')),
    );
    const before = await changesOf(tenant);
    const { run, userErrors } = await mutate('retryRun', { id: segment.build.id }, `run { ${RUN} }`);
    expect(userErrors).toEqual([]);
    expect(run).toMatchObject({ state: 'QUEUED', failure: null, finishedAt: null });
    expect(run.progress.done).toBe(failed.build.progress.done);
    lookForWorkAgain();
    await untilLive(tenant, 'ghent');
    expect(await members('ghent')).toEqual(Array(PEOPLE / 2).fill('Ghent'));
    const changes = await changesOf(tenant);
    expect(changes.slice(0, before.length)).toEqual(before);
    expect(changes.slice(before.length).every(({ kind }) => kind === 'ENTERED')).toBe(true);
    expect((await segmentOf('ghent')).build).toMatchObject({ id: run.id, state: 'COMPLETED' });
  });

  it('cannot be retried once its segment is paused', async () => {
    buildByHand();
    const { segment, build } = await create('ghent', FROM_GHENT);
    expect(await builder.advance(build)).toBe(true);
    await fail(build, 5);
    await update('ghent', { targetState: 'PAUSED' });
    const before = await snapshotTables(tenant);
    expect((await mutate('retryRun', { id: segment.build.id }, '')).userErrors).toEqual([
      { code: 'RUN_NOT_RETRYABLE', path: ['input', 'id'] },
    ]);
    expect(await snapshotTables(tenant)).toEqual(before);
    expect(await segmentOf('ghent')).toMatchObject({ state: 'PAUSED', size: 3, build: { state: 'FAILED' } });
  });
});
