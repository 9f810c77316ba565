import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { asAdmin, atEnd, createSegment, hold, item, seed, startServer } from '../kit/index.js';
import type { Holder, TestServer } from '../kit/index.js';
import { freePort, startServer as startProcess } from '../real-data/processes.js';
import { addMembers, MANY, requestRecount, runOf, untilOver } from './runs-kit.js';

const MINUTE = 60_000;
const TAKEN_UP_WITHIN_MS = 15_000;
const SEGMENTS = ['first', 'second', 'third'];
const WHOLE = {
  state: 'COMPLETED',
  progress: { done: 3, total: 3 },
  counts: { checked: 3, corrected: 3 },
  failure: null,
};

beforeAll(async () => {
  await promisify(execFile)('npm', ['run', '--silent', 'build:server']);
}, MINUTE);

/** A workspace whose segments are each so large that a recount takes a step for each, though recorded as small. No server runs on it. */
async function prepare(): Promise<{ base: TestServer; segments: string[] }> {
  const base = await startServer();
  await seed(base, [item({ external: 'somebody' })]);
  for (const key of SEGMENTS) await createSegment(base, key, { all: [] });
  await base.stop();
  await addMembers(base.databaseUrl, SEGMENTS);
  const segments = await asAdmin(base.databaseUrl, async (admin) => {
    const { rows } = await admin.query<{ id: string }>('select id from segment order by id');
    return rows.map(({ id }) => id);
  });
  return { base, segments };
}

const sizesOf = ({ databaseUrl }: TestServer) =>
  asAdmin(databaseUrl, async (admin) => {
    const { rows } = await admin.query<{ size: string }>('select size from segment_size');
    return rows.map(({ size }) => Number(size));
  });

const holdSize = (base: TestServer, segmentId = '') =>
  hold(base, 'select from segment_size where segment_id = $1 for update', [segmentId]);

interface Case {
  when: string;
  /** Makes the server wait there. @returns what it waits for */
  wait: (base: TestServer, segments: string[], begin: () => Promise<void>) => Promise<Holder>;
  stepsBefore: number;
}

const CASES: Case[] = [
  ...SEGMENTS.map((name, step) => ({
    when: `in its ${name} step`,
    wait: async (base: TestServer, segments: string[], begin: () => Promise<void>) => {
      const holder = await holdSize(base, segments[step]);
      await begin();
      await holder.untilSomebodyWaits();
      return holder;
    },
    stepsBefore: step,
  })),
  {
    when: 'as it writes down its second step',
    wait: async (base, segments, begin) => {
      const step = await holdSize(base, segments[1]);
      await begin();
      await step.untilSomebodyWaits();
      const run = await hold(base, 'select from run for update');
      await step.letGo();
      await run.untilSomebodyWaits();
      return run;
    },
    stepsBefore: 1,
  },
];

it.each(CASES)(
  'a run whose server is killed $when is taken up by another, and ends with the counts of an undisturbed one',
  async ({ wait, stepsBefore }) => {
    const { base, segments } = await prepare();
    const doomed = await startProcess(await freePort(), { DATABASE_URL: base.databaseUrl });
    atEnd(() => doomed.program.kill());
    let id = '';
    const holder = await wait(base, segments, async () => {
      id = await requestRecount({ graphqlUrl: doomed.url, key: base.key });
    });
    const other = await startServer({ beside: base });
    expect(await runOf(other, id)).toMatchObject({ state: 'RUNNING', progress: { done: stepsBefore } });
    await doomed.program.kill();
    const killedAt = performance.now();
    await holder.letGo();
    const run = await untilOver(other, id);
    expect(performance.now() - killedAt).toBeLessThan(TAKEN_UP_WITHIN_MS);
    expect(run).toMatchObject(WHOLE);
    expect(await sizesOf(base)).toEqual(SEGMENTS.map(() => MANY + 1));
  },
  MINUTE,
);

it('ends so without being disturbed', async () => {
  const { base } = await prepare();
  const server = await startServer({ beside: base });
  expect(await untilOver(server, await requestRecount(server))).toMatchObject(WHOLE);
  expect(await sizesOf(base)).toEqual(SEGMENTS.map(() => MANY + 1));
});
