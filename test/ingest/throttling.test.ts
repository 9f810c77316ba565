import pg from 'pg';
import {
  atEnd,
  event,
  expectError,
  expectNoErrors,
  gql,
  ingest,
  startQueue,
  startServer,
} from '../kit/index.js';
import type { ItemInput, TestServer } from '../kit/index.js';

/** Who changes definitions holds this lock (definitions/catalogue.ts), and every batch waits for them. */
const CATALOGUE_LOCK = 1;

let server: TestServer;
let holder: pg.Client;

beforeAll(async () => {
  server = await startServer();
  holder = new pg.Client({ connectionString: server.databaseUrl });
  await holder.connect();
  atEnd(() => holder.end());
});

/** Runs `work` while no batch of the workspace can go on, and lets them go on when it resolves. */
async function whileBatchesWait<T>(work: () => Promise<T>): Promise<T> {
  await holder.query('select pg_advisory_lock($1, $2)', [CATALOGUE_LOCK, server.workspaceId]);
  try {
    return await work();
  } finally {
    await holder.query('select pg_advisory_unlock($1, $2)', [CATALOGUE_LOCK, server.workspaceId]);
  }
}

let made = 0;
const items = (size: number): ItemInput[] =>
  Array.from({ length: size }, () => event({ external: `t-${(made += 1)}` }, 'visit'));

/** Lets what was submitted begin: a batch is taken in the next turn of the event loop. */
const nextTurn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

describe('a queue with room for some items', () => {
  it('takes what it has room for, refuses the rest with retryAfterMs, and takes that later', async () => {
    const own = await startQueue(server, { concurrency: 1, maxWaitingItems: 15 });
    const late = items(6);
    const taken = await whileBatchesWait(async () => {
      const running = own.submit(items(5));
      await nextTurn();
      const waiting = [own.submit(items(5)), own.submit(items(5))];
      await expect(own.submit(late)).rejects.toMatchObject({
        code: 'THROTTLED',
        extensions: { retryAfterMs: expect.any(Number) },
      });
      return { all: [running, ...waiting] };
    });
    const outcomes = (await Promise.all(taken.all)).flat();
    expect(outcomes.map((outcome) => outcome.status)).toEqual(Array(15).fill('ACCEPTED'));
    expect((await own.submit(late)).map((outcome) => outcome.status)).toEqual(Array(6).fill('ACCEPTED'));
  });

  it('takes a batch that is larger than its room when nobody waits, or it could never be sent', async () => {
    const own = await startQueue(server, { concurrency: 1, maxWaitingItems: 10 });
    expect(await own.submit(items(50))).toHaveLength(50);
  });

  it('says to come back later the more there is before', async () => {
    const own = await startQueue(server, { concurrency: 1, maxWaitingItems: 90 });
    const refusals: number[] = [];
    const taken = await whileBatchesWait(async () => {
      const running = own.submit(items(1));
      await nextTurn();
      const waiting: Promise<unknown>[] = [];
      for (const size of [10, 70]) {
        waiting.push(own.submit(items(size)));
        await own.submit(items(99)).catch((error: { extensions: { retryAfterMs: number } }) => {
          refusals.push(error.extensions.retryAfterMs);
        });
      }
      return { all: [running, ...waiting] };
    });
    await Promise.all(taken.all);
    expect(refusals).toHaveLength(2);
    expect(refusals[0]).toBeGreaterThan(0);
    expect(refusals[1]).toBeGreaterThan(refusals[0] ?? Infinity);
  });
});

it('a queue is bounded in bytes too', async () => {
  const own = await startQueue(server, { concurrency: 1, maxWaitingBytes: 15_000 });
  const heavy = () => items(1).map((one) => ({ ...one, properties: { text: 'x'.repeat(6_000) } }));
  const taken = await whileBatchesWait(async () => {
    const running = own.submit(heavy());
    await nextTurn();
    const waiting = own.submit(heavy());
    await expect(own.submit(heavy())).rejects.toMatchObject({ code: 'THROTTLED' });
    return { all: [running, waiting] };
  });
  expect(await Promise.all(taken.all)).toMatchObject([[{ status: 'ACCEPTED' }], [{ status: 'ACCEPTED' }]]);
});

it('requests that wait together share a batch, and each gets its own answers', async () => {
  const own = await startQueue(server, { concurrency: 1 });
  await own.submit(items(1));
  const requests = Array.from({ length: 20 }, (_, index) => items(1 + (index % 3)));
  const before = own.database.statements;
  const taken = await whileBatchesWait(async () => {
    const running = own.submit(items(1));
    await nextTurn();
    return { running, waiting: requests.map((request) => own.submit(request)) };
  });
  await taken.running;
  const outcomes = await Promise.all(taken.waiting);
  expect(outcomes.map((some) => some.map((outcome) => outcome.externalId))).toEqual(
    requests.map((some) => some.map((one) => one.externalId)),
  );
  const together = own.database.statements - before;
  const alone = own.database.statements;
  await own.submit(items(1));
  expect(together).toBe(2 * (own.database.statements - alone));
});

it('draining waits for everything that was submitted', async () => {
  const own = await startQueue(server, { concurrency: 1 });
  const answered: string[] = [];
  const taken = await whileBatchesWait(async () => {
    const all = ['first', 'second', 'third'].map((name) =>
      own.submit(items(3)).then(() => answered.push(name)),
    );
    await nextTurn();
    return { all };
  });
  await own.queue.drain();
  await Promise.all(taken.all);
  expect(answered.sort()).toEqual(['first', 'second', 'third']);
});

it('over HTTP a server with too much to do answers 429 with retryAfterMs and Retry-After, keeps what it took, and loses nothing', async () => {
  const send = `mutation ($items: [IngestItemInput!]!) { ingest(input: { items: $items }) { accepted duplicates } }`;
  // One item and 999 repetitions of it: as much to wait for as 1,000 items, and less to do.
  const batches = Array.from({ length: 26 }, () => Array<ItemInput>(1_000).fill(items(1)[0]!));
  const settled = await whileBatchesWait(async () => {
    const answers = batches.map((batch) => gql(server, send, { items: batch }));
    const refused = await Promise.race(answers);
    expect(refused.status).toBe(429);
    const { extensions } = expectError(refused, 'THROTTLED');
    expect(extensions.retryAfterMs).toBeGreaterThan(0);
    expect(Number(refused.headers.get('retry-after'))).toBe(
      Math.ceil(Number(extensions.retryAfterMs) / 1_000),
    );
    return { answers };
  });
  const answers = await Promise.all(settled.answers);
  const refused = answers.flatMap(({ status }, index) => (status === 429 ? [index] : []));
  expect(refused.length).toBeGreaterThan(0);
  for (const answer of answers)
    if (answer.status !== 429)
      expect(expectNoErrors(answer).ingest).toEqual({ accepted: 1, duplicates: 999 });
  for (const index of refused)
    expect(await ingest(server, batches[index]!.slice(0, 2))).toMatchObject([
      { status: 'ACCEPTED' },
      { status: 'DUPLICATE' },
    ]);
});
