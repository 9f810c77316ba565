import type { Database, Transaction } from '../../src/platform/index.js';
import { createLog, Signals, systemClock } from '../../src/platform/index.js';
import { Jobs } from '../../src/platform/jobs/index.js';
import type { Job } from '../../src/platform/jobs/index.js';
import { WorkspacesDue } from '../../src/platform/jobs/workspaces-due.js';
import { buildsToDo } from '../../src/segments/segment-build.js';
import { asAdmin, atEnd, createSegment, eventually, newTenant, startServer } from '../kit/index.js';
import type { TestServer } from '../kit/index.js';

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
});

function start(lanes: Job[][], options: { pollEveryMs?: number; database?: Database } = {}) {
  const complaints: string[] = [];
  const signals = Signals.inProcess();
  const { database = server.database, pollEveryMs = 60_000 } = options;
  const log = createLog('warn', { write: (line) => void complaints.push(line) });
  const jobs = new Jobs({ database, clock: systemClock, signals, log, lanes, pollEveryMs });
  let stopped: Promise<void> | undefined;
  const stop = () => (stopped ??= jobs.stop());
  atEnd(stop);
  return { signals, complaints, stop };
}

it('takes one step of each task in turn, so that a million rows of one workspace hold no other up', async () => {
  const left = new Map([
    [1, 1_000_000],
    [2, 2],
    [3, 1],
  ]);
  const steps: number[] = [];
  const done = Promise.withResolvers<void>();
  const { stop } = start([
    [
      {
        name: 'rows',
        look: () => Promise.resolve([...left].map(([workspaceId]) => ({ workspaceId }))),
        step: async (_tools, { workspaceId }) => {
          steps.push(workspaceId);
          const rows = (left.get(workspaceId) ?? 0) - 1;
          if (rows > 0) left.set(workspaceId, rows);
          else left.delete(workspaceId);
          if (left.size === 1) done.resolve();
          return true;
        },
      },
    ],
  ]);
  await done.promise;
  await stop();
  expect(steps.slice(0, 5)).toEqual([1, 2, 3, 1, 2]);
});

it('goes on with the tasks of others when one fails, and notes the failure', async () => {
  const noted: unknown[] = [];
  const stepped = Promise.withResolvers<void>();
  const { complaints, stop } = start([
    [
      {
        name: 'fragile',
        look: () => Promise.resolve([{ workspaceId: 1 }, { workspaceId: 2 }]),
        step: (_tools, { workspaceId }) => {
          if (workspaceId === 1) throw new Error('broken');
          stepped.resolve();
          return Promise.resolve(false);
        },
        noteFailure: async (_tools, task, error) => {
          noted.push([task.workspaceId, (error as Error).message]);
          throw new Error('not even noted');
        },
      },
    ],
  ]);
  await stepped.promise;
  await stop();
  expect(noted).toEqual([[1, 'broken']]);
  expect(
    complaints.map((line) => (JSON.parse(line) as { job: string; workspaceId: number }).workspaceId),
  ).toEqual([1, 1]);
});

it('does the jobs of a lane in their order, and waits in no lane for another', async () => {
  const order: string[] = [];
  const blocked = Promise.withResolvers<boolean>();
  const second = Promise.withResolvers<void>();
  const named = (name: string, step: () => Promise<boolean>): Job => ({
    name,
    look: () => Promise.resolve([{ workspaceId: 1 }]),
    step: () => {
      order.push(name);
      return step();
    },
  });
  const { stop } = start([
    [named('long', () => blocked.promise)],
    [
      named('first', () => Promise.resolve(false)),
      named('second', async () => {
        second.resolve();
        return false;
      }),
    ],
  ]);
  await second.promise;
  await eventually('the other lane has begun', async () => order.includes('long'));
  expect(order.indexOf('first')).toBeLessThan(order.indexOf('second'));
  blocked.resolve(false);
  await stop();
});

it('looks again when it is woken, and no more once it has stopped', async () => {
  let looks = 0;
  let stops = 0;
  const { signals, stop } = start([
    [
      {
        name: 'woken',
        topic: 'test:woken',
        look: async () => {
          looks += 1;
          return [];
        },
        step: () => Promise.resolve(false),
        stop: async () => void (stops += 1),
      },
    ],
  ]);
  await eventually('it has looked', async () => looks === 1);
  await eventually('a signal is heard', async () => {
    signals.send('test:woken');
    return looks > 1;
  });
  await stop();
  const before = looks;
  signals.send('test:woken');
  await new Promise(setImmediate);
  expect([looks, stops]).toEqual([before, 1]);
});

it.each(['recheck', 'item_ahead'] as const)(
  'finds the workspaces behind those whose rows fill a page: %s',
  async (table) => {
    const other = await newTenant(server);
    const columns = {
      recheck: '(shard, profile_id, due_at)',
      item_ahead: '(shard, profile_id, due_at, id, recorded_profile_id, at, source_id, arrival)',
    }[table];
    const rest =
      table === 'recheck' ? '' : ', gen_random_uuid(), gen_random_uuid(), now(), gen_random_uuid(), 0';
    // In the future, so that the server does not take them away meanwhile.
    const add = (workspaceId: number, rows: number) =>
      asAdmin(server.databaseUrl, (admin) =>
        admin.query(
          `insert into ${table} ${columns}
          select $1::int * 256, gen_random_uuid(), now() + interval '1 day'${rest} from generate_series(1, $2)`,
          [workspaceId, rows],
        ),
      );
    const large = await newTenant(server);
    await add(server.workspaceId, 5_000);
    await add(large.workspaceId, 5_000);
    await add(other.workspaceId, 1);
    const tomorrow = new Date(Date.now() + 2 * 86_400_000);
    const due = new WorkspacesDue(table, 60_000);
    const found = await server.database.lookingForWork((tx) => due.look(tx, tomorrow));
    expect(found).toEqual([server, large, other].map(({ workspaceId }) => ({ workspaceId })));
    // Whose work is done is not asked again at once.
    due.forget(other.workspaceId);
    const next = await server.database.lookingForWork((tx) => due.look(tx, tomorrow));
    expect(next).toEqual([server, large].map(({ workspaceId }) => ({ workspaceId })));
  },
);

it('looks behind the more seldom, the longer that takes', async () => {
  const counted = { texts: 0 };
  const look = (due: WorkspacesDue) =>
    server.database.lookingForWork((tx) => {
      const query = async (text: string, values: unknown[]) => {
        counted.texts += 1;
        const rows = await tx.query(text, values);
        await tx.query('select pg_sleep(0.02)');
        return rows;
      };
      return due.look({ query } as unknown as Transaction, new Date(Date.now() + 2 * 86_400_000));
    });
  const { workspaceId } = await newTenant(server);
  await asAdmin(server.databaseUrl, (admin) =>
    admin.query(
      `insert into recheck (shard, profile_id, due_at)
      select $1::int * 256, gen_random_uuid(), now() + interval '1 day' from generate_series(1, 2000)`,
      [workspaceId],
    ),
  );
  const due = new WorkspacesDue('recheck', 0);
  await look(due);
  const first = counted.texts;
  await look(due);
  // Not again at once, but when some 20 times as long has passed.
  expect(counted.texts).toBe(first + 1);
  await eventually('it looks behind again', async () => {
    const before = counted.texts;
    await look(due);
    return counted.texts > before + 1;
  });
});

it('builds first what each workspace has waited for longest, however much another waits for', async () => {
  const tenants = [server, { ...server, ...(await newTenant(server)) }];
  for (const [place, tenant] of tenants.entries()) {
    const keys = place === 0 ? Array.from({ length: 12 }, (_, number) => `s${number}`) : ['only'];
    for (const key of keys) await createSegment(tenant, key, { any: [] });
    // Due tomorrow, so that the server leaves them alone.
    await asAdmin(server.databaseUrl, (admin) =>
      admin.query(
        `update segment_build set state = 'WAITING', due_at = now() + make_interval(hours => 24 + $2) where workspace_id = $1`,
        [tenant.workspaceId, place],
      ),
    );
  }
  const soon = new Date(Date.now() + 2 * 86_400_000);
  const builds = await server.database.lookingForWork((tx) => buildsToDo(tx, soon));
  expect(builds).toHaveLength(10);
  expect(builds.slice(0, 3).map(({ workspaceId }) => workspaceId)).toEqual([
    tenants[0]?.workspaceId,
    tenants[1]?.workspaceId,
    tenants[0]?.workspaceId,
  ]);
});
