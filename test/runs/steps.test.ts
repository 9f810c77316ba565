import { setTimeout as sleep } from 'node:timers/promises';
import { createLog, isUnavailable, OnefoldError, Signals } from '../../src/platform/index.js';
import type { Database, Transaction } from '../../src/platform/index.js';
import { SESSION_LIMITS } from '../../src/platform/session-limits.js';
import { Jobs, Leases } from '../../src/platform/jobs/index.js';
import { requestRun, RunJob } from '../../src/runs/index.js';
import type { RunKind, StepInput, StepOutcome } from '../../src/runs/index.js';
import { cancelRun } from '../../src/runs/cancel-run.js';
import { retryRun } from '../../src/runs/retry-run.js';
import { runsById } from '../../src/runs/run.reads.js';
import { HeldLeases } from '../../src/runs/held-leases.js';
import { RunQueues } from '../../src/runs/run-queues.js';
import { IS_OPEN } from '../../src/runs/run.js';
import type { RunRow } from '../../src/runs/run.js';
import { asAdmin, eventually, hold, ManualClock, newTenant, startServer } from '../kit/index.js';
import type { TestServer } from '../kit/index.js';

type Counts = { written: number };
type Step = (tx: Transaction, run: StepInput<{ steps: number }, number, Counts>) => Promise<void>;

const clock = new ManualClock();
let server: TestServer;
let kinds = 0;

beforeAll(async () => {
  server = await startServer({ clock });
});

/** A kind of this test only, which the server leaves alone. Each step writes one row: the size of a segment of its own. */
function kindOf(step: Step = async () => undefined): RunKind<{ steps: number }, number, Counts> {
  return {
    name: `TEST_${(kinds += 1)}`,
    description: 'Of this test.',
    unit: 'rows',
    none: { written: 0 },
    async step(tx, run): Promise<StepOutcome<number, Counts>> {
      const place = (run.checkpoint ?? 0) + 1;
      await tx.query(
        `insert into segment_size (workspace_id, segment_id, size) values ($1, gen_random_uuid(), $2)`,
        [tx.workspaceId, place],
      );
      await step(tx, run);
      return {
        checkpoint: place,
        counts: { written: run.counts.written + 1 },
        progress: { done: place, total: run.input.steps },
        next: place === run.input.steps ? 'DONE' : 'MORE',
      };
    },
  };
}

const request = (
  kind: RunKind<{ steps: number }, number, Counts>,
  steps: number,
  workspaceId = server.workspaceId,
) =>
  server.database.transaction(workspaceId, (tx) =>
    requestRun(tx, { kind, input: { steps }, keyId: null, now: clock.now() }),
  );

async function runOf(id: string, workspaceId = server.workspaceId): Promise<RunRow> {
  const found = await server.database.transaction(workspaceId, (tx) => runsById(tx, [id]));
  return found.get(id)!;
}

/** What the steps of a tenant's runs have written, in order. */
async function written(workspaceId: number): Promise<number[]> {
  const rows = await asAdmin(server.databaseUrl, (admin) =>
    admin.query<{ size: string }>('select size from segment_size where workspace_id = $1 order by size', [
      workspaceId,
    ]),
  );
  return rows.rows.map(({ size }) => Number(size));
}

/** One server's share of the work, a step at a time. */
class Hand {
  private readonly job: RunJob;
  private readonly tools = { database: server.database, clock, log: createLog('silent') };

  constructor(...known: RunKind<{ steps: number }, number, Counts>[]) {
    this.job = new RunJob(known);
  }

  look() {
    return server.database.lookingForWork((tx) => this.job.look(tx, clock.now()));
  }

  /** Takes a step of all that it finds. @returns how many */
  async round(): Promise<number> {
    const tasks = await this.look();
    for (const task of tasks)
      await this.job.step(this.tools, task).catch(async (error: unknown) => {
        if (!isUnavailable(error)) await this.job.noteFailure(this.tools, task, error);
      });
    return tasks.length;
  }

  async finish(): Promise<void> {
    while ((await this.round()) > 0);
  }

  stop(): Promise<void> {
    return this.job.stop(this.tools);
  }
}

async function tenant(): Promise<number> {
  return (await newTenant(server)).workspaceId;
}

/** As if the holder had been silent for longer than a lease lasts. */
function expireLease(id: string): Promise<unknown> {
  return asAdmin(server.databaseUrl, (admin) =>
    admin.query(`update run set leased_until = now() - interval '1 second' where id = $1`, [id]),
  );
}

it('commits the effect of a step with its checkpoint, counts, progress and sign of life', async () => {
  const workspaceId = await tenant();
  const kind = kindOf();
  const id = await request(kind, 2, workspaceId);
  const hand = new Hand(kind);
  expect(await runOf(id, workspaceId)).toMatchObject({
    ...{ state: 'QUEUED', checkpoint: null, counts: { written: 0 }, done: 0, total: null },
    ...{ keyId: null, startedAt: null, heartbeatAt: null, finishedAt: null },
  });
  const startedAt = clock.now();
  await hand.round();
  const first = { state: 'RUNNING', checkpoint: 1, counts: { written: 1 }, done: 1, total: 2, steps: 1 };
  expect(await runOf(id, workspaceId)).toMatchObject({ ...first, startedAt, heartbeatAt: startedAt });
  const finishedAt = clock.advance(5_000);
  await hand.finish();
  const last = { state: 'COMPLETED', checkpoint: 2, counts: { written: 2 }, done: 2, total: 2, steps: 2 };
  expect(await runOf(id, workspaceId)).toMatchObject({
    ...last,
    startedAt,
    heartbeatAt: finishedAt,
    finishedAt,
  });
  expect(await written(workspaceId)).toEqual([1, 2]);
});

it('refuses what the holder of a stale lease writes, and changes nothing', async () => {
  const workspaceId = await tenant();
  const entered = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  let slow = true;
  const kind = kindOf(async () => {
    if (!slow) return;
    slow = false;
    entered.resolve();
    await goOn.promise;
  });
  const id = await request(kind, 2, workspaceId);
  const [stale, other] = [new Hand(kind), new Hand(kind)];
  const late = stale.round();
  await entered.promise;
  expect(await other.look()).toEqual([]);
  await expireLease(id);
  // The other takes over while the first one is still in its step.
  expect(await other.round()).toBe(1);
  const after = await runOf(id, workspaceId);
  expect(after).toMatchObject({ steps: 1, counts: { written: 1 } });
  goOn.resolve();
  await late;
  expect(await runOf(id, workspaceId)).toEqual(after);
  expect(await written(workspaceId)).toEqual([1]);
  expect(await stale.look()).toEqual([]);
  await other.finish();
  expect(await runOf(id, workspaceId)).toMatchObject({ state: 'COMPLETED', counts: { written: 2 } });
  expect(await written(workspaceId)).toEqual([1, 2]);
});

it('keeps the lease while a step takes long', async () => {
  const leasedUntil = () =>
    asAdmin(server.databaseUrl, async (admin) => {
      const { rows } = await admin.query<{ until: Date }>(
        'select leased_until as until from run where id = $1',
        [id],
      );
      return rows[0]!.until;
    });
  const kind = kindOf(async () => {
    const before = await leasedUntil();
    await eventually('the lease is extended', async () => (await leasedUntil()) > before);
  });
  const id = await request(kind, 1);
  await new Hand(kind).finish();
  expect(await runOf(id)).toMatchObject({ state: 'COMPLETED' });
});

it('hands its runs over at once when the server stops', async () => {
  const kind = kindOf();
  const id = await request(kind, 2);
  const [first, second] = [new Hand(kind), new Hand(kind)];
  await first.round();
  expect(await second.look()).toEqual([]);
  await first.stop();
  await second.finish();
  expect(await runOf(id)).toMatchObject({ state: 'COMPLETED', counts: { written: 2 } });
});

it('tries a step that fails again, later each time, then gives it up with the remedy; retryRun goes on where it was', async () => {
  const workspaceId = await tenant();
  let isBroken = true;
  const kind = kindOf(async (_tx, { checkpoint }) => {
    if (isBroken && checkpoint === 1) throw new Error('the secret reason');
  });
  const id = await request(kind, 3, workspaceId);
  const hand = new Hand(kind);
  await hand.round();
  for (const seconds of [1, 2, 4, 8]) {
    expect(await hand.round()).toBe(1);
    expect(await runOf(id, workspaceId)).toMatchObject({ state: 'RUNNING', steps: 1 });
    clock.advance(seconds * 1_000 - 1);
    expect(await hand.look()).toEqual([]);
    clock.advance(1);
  }
  await hand.round();
  const failed = await runOf(id, workspaceId);
  expect(failed).toMatchObject({
    ...{ state: 'FAILED', failures: 5, checkpoint: 1, counts: { written: 1 }, input: { steps: 3 } },
    failure: { code: 'INTERNAL_SERVER_ERROR', message: expect.stringContaining('`retryRun`') },
    finishedAt: clock.now(),
  });
  expect(failed.failure?.message).not.toContain('secret');
  expect(await written(workspaceId)).toEqual([1]);
  clock.advance(3_600_000);
  expect(await hand.look()).toEqual([]);
  isBroken = false;
  await server.database.transaction(workspaceId, (tx) => retryRun(tx, { id, now: clock.now() }));
  expect(await runOf(id, workspaceId)).toMatchObject({ state: 'QUEUED', failure: null, finishedAt: null });
  await hand.finish();
  expect(await runOf(id, workspaceId)).toMatchObject({
    state: 'COMPLETED',
    failure: null,
    counts: { written: 3 },
  });
  expect(await written(workspaceId)).toEqual([1, 2, 3]);
});

it('tells what a step itself says is wrong, and forgets it after a step that succeeds', async () => {
  let isBroken = true;
  const kind = kindOf(async () => {
    if (isBroken)
      throw new OnefoldError('SEGMENT_UNKNOWN', { message: 'The segment "vips" is gone. Name another.' });
  });
  const id = await request(kind, 2);
  const hand = new Hand(kind);
  await hand.round();
  expect(await runOf(id)).toMatchObject({
    state: 'RUNNING',
    failure: { code: 'SEGMENT_UNKNOWN', message: 'The segment "vips" is gone. Name another.' },
  });
  isBroken = false;
  clock.advance(1_000);
  await hand.round();
  expect(await runOf(id)).toMatchObject({ state: 'RUNNING', failures: 0, failure: null });
  await hand.finish();
});

it('counts a statement that takes too long as a failure, and an outage not', async () => {
  const slow = kindOf(async (tx) => {
    await tx.query('set local statement_timeout = 50');
    await tx.query('select pg_sleep(5)');
  });
  const cutOff = kindOf(async (tx) => {
    const [row] = await tx.query<{ pid: number }>('select pg_backend_pid() as pid');
    await asAdmin(server.databaseUrl, (admin) => admin.query('select pg_terminate_backend($1)', [row?.pid]));
    await tx.query('select 1');
  });
  const hand = new Hand(slow, cutOff);
  const [late, away] = [await request(slow, 1), await request(cutOff, 1)];
  expect(await hand.round()).toBe(2);
  expect(await runOf(late)).toMatchObject({
    state: 'RUNNING',
    failures: 1,
    failure: { code: 'STATEMENT_TIMEOUT' },
  });
  expect(await runOf(away)).toMatchObject({ state: 'RUNNING', steps: 0, failures: 0, failure: null });
  await hand.stop();
});

describe('a step that gets nowhere is a failure, however the database breaks it off', () => {
  const MINUTE = 60_000;
  const failed = { state: 'RUNNING', steps: 0, failures: 1, failure: { code: 'STATEMENT_TIMEOUT' } };

  it(
    'when it waits for something outside until PostgreSQL ends its session: once',
    async () => {
      let tries = 0;
      const kind = kindOf(async () => {
        tries += 1;
        await sleep(SESSION_LIMITS.idleInTransaction + 500);
      });
      const id = await request(kind, 1);
      await new Hand(kind).round();
      expect(tries).toBe(1);
      expect(await runOf(id)).toMatchObject(failed);
      expect((await runOf(id)).failure?.message).toContain('outside');
    },
    MINUTE,
  );

  it('when it never ends', async () => {
    const kind = kindOf(() => new Promise(() => undefined));
    const id = await request(kind, 1);
    const job = new RunJob([kind], { stepLimitMs: 100 });
    const tools = { database: server.database, clock, log: createLog('silent') };
    const [task] = await server.database.lookingForWork((tx) => job.look(tx, clock.now()));
    const error: unknown = await job.step(tools, task!).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'STATEMENT_TIMEOUT' });
    await job.noteFailure(tools, task!, error);
    expect(await runOf(id)).toMatchObject(failed);
  });

  it('when it does not get a lock, or is in a deadlock each time', async () => {
    const [locked, entangled] = ['55P03', '40P01'].map((state) =>
      kindOf(async (tx) => {
        if (state === '55P03') await tx.query('set local lock_timeout = 50');
        await tx.query(
          state === '55P03'
            ? 'select pg_advisory_xact_lock(9, 9)'
            : `do $$ begin raise exception using errcode = '40P01'; end $$`,
        );
      }),
    ) as [ReturnType<typeof kindOf>, ReturnType<typeof kindOf>];
    const holder = await hold(server, 'select pg_advisory_xact_lock(9, 9)');
    const ids = [await request(locked, 1), await request(entangled, 1)];
    await new Hand(locked, entangled).round();
    for (const id of ids) expect(await runOf(id)).toMatchObject(failed);
    await holder.letGo();
  });
});

it('refuses to have more than a thousand runs of a kind under way in a workspace, asked for or retried', async () => {
  const workspaceId = await tenant();
  const kind = kindOf();
  const id = await request(kind, 1, workspaceId);
  await server.database.transaction(workspaceId, (tx) => cancelRun(tx, { id, now: clock.now() }));
  await asAdmin(server.databaseUrl, (admin) =>
    admin.query(
      `insert into run (workspace_id, id, kind, state, input, counts, due_at, created_at)
      select $1, gen_random_uuid(), $2, 'QUEUED', '{"steps": 1}', '{}', now(), now() from generate_series(1, 999)`,
      [workspaceId, kind.name],
    ),
  );
  const last = await request(kind, 1, workspaceId);
  const retry = () =>
    server.database.transaction(workspaceId, (tx) => retryRun(tx, { id, now: clock.now() }));
  await expect(request(kind, 1, workspaceId)).rejects.toMatchObject({ code: 'RUNS_TOO_MANY' });
  await expect(retry()).rejects.toMatchObject({ code: 'RUNS_TOO_MANY' });
  expect(await runOf(id, workspaceId)).toMatchObject({ state: 'CANCELED' });
  // Those of other kinds and workspaces have their own limit.
  await request(kindOf(), 1, workspaceId);
  await request(kind, 1, await tenant());
  await server.database.transaction(workspaceId, (tx) => cancelRun(tx, { id: last, now: clock.now() }));
  await retry();
  expect(await runOf(id, workspaceId)).toMatchObject({ state: 'QUEUED' });
});

describe('a run that is canceled', () => {
  const cancel = (id: string) =>
    server.database.transaction(server.workspaceId, (tx) => cancelRun(tx, { id, now: clock.now() }));

  it('never begins when it was queued', async () => {
    const kind = kindOf();
    const id = await request(kind, 1);
    await cancel(id);
    await cancel(id);
    expect(await new Hand(kind).look()).toEqual([]);
    expect(await runOf(id)).toMatchObject({ state: 'CANCELED', steps: 0, finishedAt: clock.now() });
  });

  it('stops after the step that it is in, keeps what it has done, and can go on', async () => {
    let id = '';
    let isCanceled = false;
    const kind = kindOf(async () => {
      if (isCanceled) return;
      isCanceled = true;
      await cancel(id);
      expect(await runOf(id)).toMatchObject({ state: 'CANCELING', finishedAt: null });
    });
    id = await request(kind, 3);
    const hand = new Hand(kind);
    await hand.finish();
    expect(await runOf(id)).toMatchObject({ state: 'CANCELED', steps: 1, counts: { written: 1 } });
    await server.database.transaction(server.workspaceId, (tx) => retryRun(tx, { id, now: clock.now() }));
    await hand.finish();
    expect(await runOf(id)).toMatchObject({ state: 'COMPLETED', steps: 3, counts: { written: 3 } });
  });

  it('is completed when it was in its last step', async () => {
    let id = '';
    const kind = kindOf(() => cancel(id));
    id = await request(kind, 1);
    await new Hand(kind).finish();
    expect(await runOf(id)).toMatchObject({ state: 'COMPLETED', steps: 1 });
  });

  it('stops when the server that had it is gone, and while it is put off after a failure', async () => {
    const kind = kindOf(async (_tx, { checkpoint }) => {
      if (checkpoint === 1) throw new Error('broken');
    });
    const left = await request(kind, 3);
    await new Hand(kind).round();
    await cancel(left);
    await expireLease(left);
    const hand = new Hand(kind);
    await hand.finish();
    expect(await runOf(left)).toMatchObject({ state: 'CANCELED', steps: 1 });
    const failing = await request(kind, 3);
    await hand.finish();
    expect(await runOf(failing)).toMatchObject({ state: 'RUNNING', failures: 1 });
    await cancel(failing);
    await hand.finish();
    expect(await runOf(failing)).toMatchObject({ state: 'CANCELED', steps: 1, counts: { written: 1 } });
  });
});

it('gives every workspace its turn: a run of a million steps delays another by a step', async () => {
  const turns: number[] = [];
  const kind = kindOf(async (tx) => void turns.push(tx.workspaceId));
  const tenants = await Promise.all(Array.from({ length: 6 }, () => tenant()));
  const [large = 0, ...small] = tenants;
  for (let number = 0; number < 20; number += 1) await request(kind, 1_000_000, large);
  const hand = new Hand(kind);
  for (let round = 0; round < 5; round += 1) await hand.round();
  for (const workspaceId of small) await request(kind, 2, workspaceId);
  turns.length = 0;
  while (turns.length < 2 * tenants.length) await hand.round();
  // Each has a turn before anybody has another.
  const all = new Set(tenants);
  expect(new Set(turns.slice(0, tenants.length))).toEqual(all);
  expect(new Set(turns.slice(tenants.length, 2 * tenants.length))).toEqual(all);
});

it('serves a newcomer before a run that has just had a step, however long that was', async () => {
  const [large, small] = [await tenant(), await tenant()];
  const turns: number[] = [];
  const kind = kindOf(async (tx, { input }) => {
    turns.push(tx.workspaceId);
    if (input.steps > 1 && turns.length === 2) {
      await request(kind, 1, small);
      await tx.query('select pg_sleep(0.05)');
    }
  });
  await request(kind, 1_000_000, large);
  const hand = new Hand(kind);
  for (let round = 0; round < 3; round += 1) await hand.round();
  expect(turns).toEqual([large, large, small, large]);
});

it('goes over all queues in turn when one look cannot hold them', async () => {
  const kind = kindOf();
  const tenants = await Promise.all(Array.from({ length: 7 }, () => tenant()));
  for (const workspaceId of tenants) await request(kind, 1, workspaceId);
  const queues = new RunQueues(3);
  const served: number[] = [];
  const look = () =>
    server.database.lookingForWork((tx) =>
      queues.look(tx, { now: clock.now(), kinds: [kind.name], held: [] }),
    );
  while (new Set(served).size < tenants.length) {
    const tasks = await look();
    expect(tasks.length).toBeLessThanOrEqual(3);
    served.push(...tasks.map(({ workspaceId }) => workspaceId));
  }
  expect(new Set(served)).toEqual(new Set(tenants));
  expect(served).toHaveLength(tenants.length);
});

it('forgets leases that have lapsed: the run may have ended on another server', async () => {
  const held = new HeldLeases(30);
  const lease = { workspaceId: 1, id: 'some', fence: 1 };
  held.keep(lease);
  expect([held.runs(), held.get('some')]).toEqual([['some'], lease]);
  await eventually('it lapses', async () => held.runs().length === 0);
  expect(held.get('some')).toBeUndefined();
});

it('extends no lease any more once it has ended, so that one handed back stays so', async () => {
  const kind = kindOf();
  const id = await request(kind, 1);
  const leases = new Leases('run', IS_OPEN, 1);
  const { database, workspaceId } = server;
  const lease = await database.transaction(workspaceId, (tx) => leases.take(tx, id));
  const [asked, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const transaction: typeof database.transaction = async (...call) => {
    asked.resolve();
    await goOn.promise;
    return database.transaction(...call);
  };
  let isOver = false;
  const during = leases
    .during({ transaction } as Database, lease!, () => asked.promise)
    .then(() => (isOver = true));
  await asked.promise;
  await new Promise(setImmediate);
  expect(isOver).toBe(false);
  goOn.resolve();
  await during;
  await database.transaction(workspaceId, (tx) => leases.release(tx, lease!));
  expect(await new Hand(kind).look()).toHaveLength(1);
});

it('lets no stream of short runs of others hold up a long one', async () => {
  const turns: number[] = [];
  const kind = kindOf(async (tx) => void turns.push(tx.workspaceId));
  const [long = 0, ...busy] = await Promise.all(Array.from({ length: 9 }, () => tenant()));
  await request(kind, 1_000_000, long);
  const hand = new Hand(kind);
  for (let round = 0; round < 12; round += 1) {
    // Each has a new one as soon as the one before is done.
    for (const workspaceId of busy)
      if (round === 0 || turns.slice(-4).includes(workspaceId)) await request(kind, 1, workspaceId);
    await hand.round();
  }
  expect(turns.filter((workspaceId) => workspaceId === long).length).toBeGreaterThanOrEqual(5);
});

it('does the work of one workspace within two seconds, whatever another has under way', async () => {
  const STEP_MS = 200;
  const kind = kindOf(async (tx, { input }) => {
    if (input.steps > 1) await tx.query('select pg_sleep($1)', [STEP_MS / 1_000]);
  });
  const jobs = new Jobs({
    ...{ database: server.database, clock, log: createLog('silent'), signals: Signals.inProcess() },
    ...{ lanes: [[new RunJob([kind])]], pollEveryMs: 500 },
  });
  try {
    const [large, small] = [await tenant(), await tenant()];
    const long = await request(kind, 1_000_000, large);
    await eventually('it is under way', async () => (await runOf(long, large)).steps > 1);
    const asked = performance.now();
    const short = await request(kind, 1, small);
    await eventually('the other is done', async () => (await runOf(short, small)).state === 'COMPLETED');
    expect(performance.now() - asked).toBeLessThan(2_000);
    expect((await runOf(long, large)).state).toBe('RUNNING');
  } finally {
    await jobs.stop();
  }
});
