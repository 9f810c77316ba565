import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import {
  asAdmin,
  atEnd,
  defineEventType,
  event,
  expectNoErrors,
  gql,
  hold,
  ingest,
  newTenant,
  startServer,
} from '../kit/index.js';
import type { Holder, ItemInput, TestServer } from '../kit/index.js';
import { freePort, startServer as startProcess } from '../real-data/processes.js';
import { mutate, runOf, untilOver } from '../runs/runs-kit.js';
import { act, begin, countsOf, EVERYTHING } from './quarantine-kit.js';

const MINUTE = 60_000;
/** More than two steps of a replay. */
const MANY = 250;
const NONE = { accepted: 0, duplicates: 0, conflicts: 0, rejected: 0 };

let server: TestServer;
let tenant: TestServer;

beforeAll(async () => {
  server = await startServer();
});

beforeEach(async () => {
  tenant = { ...server, ...(await newTenant(server)) };
  await defineOrder(tenant);
});

const defineOrder = (on: TestServer) =>
  defineEventType(on, { key: 'order', properties: [{ key: 'total', type: 'NUMBER' }] });

const order = (externalId: string, total: unknown, rest: Partial<ItemInput> = {}) =>
  event({ external: externalId }, 'order', { total }, { externalId, ...rest });

const namesOf = (count: number) =>
  Array.from({ length: count }, (_, index) => `o-${String(index).padStart(4, '0')}`);

/** Puts so many items into quarantine, which come in the order of their names. */
async function fill(on: TestServer, count = MANY): Promise<string[]> {
  const names = namesOf(count);
  await ingest(
    on,
    names.map((name) => order(name, 'much')),
  );
  return names;
}

/** The contract takes texts from now on. */
async function widen(on: TestServer = tenant) {
  const query = `mutation { updateEventType(input: { key: "order", properties: [{ key: "total", type: JSON }] }) { userErrors { code } } }`;
  expect(expectNoErrors(await gql(on, query)).updateEventType.userErrors).toEqual([]);
}

async function left(on: TestServer = tenant): Promise<string[]> {
  const query = '{ quarantine(first: 500) { nodes { externalId } } }';
  const { quarantine } = expectNoErrors(await gql(on, query));
  return quarantine.nodes.map(({ externalId }: { externalId: string }) => externalId).sort();
}

/** How many events of the workspace are on record. */
const eventsOf = ({ databaseUrl, workspaceId }: TestServer) =>
  asAdmin(databaseUrl, async (admin) => {
    const { rows } = await admin.query<{ count: string }>(
      'select count(*) from event where shard >> 8 = $1',
      [workspaceId],
    );
    return Number(rows[0]?.count);
  });

/** Makes the step wait that replays the item with this name. */
const holdReceipt = ({ databaseUrl, workspaceId }: TestServer, name: string): Promise<Holder> =>
  hold(
    { databaseUrl },
    `insert into receipt (shard, source_id, external_id, digest, received_at)
    select shard, source_id, external_id, digest, now() from quarantine where shard >> 8 = $1 and external_id = $2`,
    [workspaceId, name],
  );

/** Makes every step of a run over the quarantine wait. */
const holdQuarantine = ({ databaseUrl, workspaceId }: TestServer) =>
  hold({ databaseUrl }, 'select pg_advisory_xact_lock(5, $1)', [workspaceId]);

describe('A run over the quarantine', () => {
  it('replays in steps, and says exactly what became of the items', async () => {
    const names = await fill(tenant);
    await ingest(
      tenant,
      names.slice(0, 7).map((name) => ({ ...order(name, 'much'), attributes: 7 }) as never),
    );
    await widen();
    const id = await begin(tenant, 'replayQuarantine', EVERYTHING);
    expect(await untilOver(tenant, id)).toMatchObject({
      __typename: 'ReplayRun',
      kind: 'REPLAY',
      state: 'COMPLETED_WITH_FAILURES',
      progress: { done: MANY, total: MANY, unit: 'items' },
      failure: null,
    });
    expect(await countsOf(tenant, id)).toEqual({ ...NONE, accepted: MANY - 7, rejected: 7 });
    expect(await left()).toEqual(names.slice(0, 7));
    expect(await eventsOf(tenant)).toBe(MANY - 7);
  });

  it('drops, and says how many', async () => {
    await fill(tenant);
    const id = await begin(tenant, 'dropQuarantine', EVERYTHING);
    expect(await untilOver(tenant, id)).toMatchObject({
      __typename: 'DropRun',
      kind: 'DROP',
      state: 'COMPLETED',
      progress: { done: MANY, total: MANY, unit: 'items' },
    });
    expect(await countsOf(tenant, id)).toEqual({ dropped: MANY });
    expect(await left()).toEqual([]);
  });

  it.each(['replayQuarantine', 'dropQuarantine'] as const)(
    'works through what was there when it was asked for: %s',
    async (verb) => {
      await fill(tenant, 3);
      await widen();
      const holder = await holdQuarantine(tenant);
      const id = await begin(tenant, verb, EVERYTHING);
      await ingest(tenant, [{ ...order('later', 'much'), identifiers: [] }]);
      await holder.letGo();
      expect(await untilOver(tenant, id)).toMatchObject({
        state: 'COMPLETED',
        progress: { done: 3, total: 3 },
      });
      expect(await left()).toEqual(['later']);
    },
  );

  it('is over at once when nothing is there', async () => {
    expect(await act(tenant, 'replayQuarantine')).toEqual(NONE);
    expect(await act(tenant, 'dropQuarantine')).toEqual({ dropped: 0 });
  });

  it('takes what its filter or its ids name, by cause and by date too', async () => {
    await ingest(tenant, [order('a', 'much'), { ...order('b', 1), identifiers: [] }]);
    const { quarantine } = expectNoErrors(
      await gql(tenant, '{ quarantine { nodes { id externalId receivedAt } } }'),
    );
    const [{ receivedAt: from }] = quarantine.nodes;
    const past = { to: from };
    const found = { codes: ['PROPERTY_INVALID'], from };
    await widen();
    expect(await act(tenant, 'replayQuarantine', { filter: past })).toEqual(NONE);
    expect(await act(tenant, 'dropQuarantine', { filter: past })).toEqual({ dropped: 0 });
    expect(await act(tenant, 'replayQuarantine', { filter: found })).toEqual({ ...NONE, accepted: 1 });
    expect(await left()).toEqual(['b']);
    const ids = quarantine.nodes.map(({ id }: { id: string }) => id);
    expect(await act(tenant, 'dropQuarantine', { ids: ['run_01h455vb4pex5vsknk084sn02q'] })).toEqual({
      dropped: 0,
    });
    expect(await act(tenant, 'dropQuarantine', { ids })).toEqual({ dropped: 1 });
  });

  it('finds the few that fit among many, a slice of them in each step', async () => {
    await ingest(tenant, [order('o-1', 'much')]);
    await asAdmin(server.databaseUrl, (admin) =>
      admin.query(
        `insert into quarantine (shard, source_id, external_id, id, type, body, digest, errors, codes, received_at, rejected_at)
        select shard, source_id, 'copy-' || number, ('ffffffff-0000-0000-0000-' || lpad(number::text, 12, '0'))::uuid, case when number % 5000 = 0 then 'rare' else type end,
          body, digest, errors, codes, received_at, rejected_at
        from quarantine, generate_series(1, 25000) as number where shard >> 8 = $1`,
        [tenant.workspaceId],
      ),
    );
    const id = await begin(tenant, 'dropQuarantine', { filter: { type: 'rare' } });
    expect(await untilOver(tenant, id)).toMatchObject({
      state: 'COMPLETED',
      progress: { done: 5, total: 5 },
    });
    expect(await countsOf(tenant, id)).toEqual({ dropped: 5 });
    const query = '{ quarantine(first: 0) { totalCount } }';
    expect(expectNoErrors(await gql(tenant, query)).quarantine.totalCount).toBe(24_996);
  });

  it('keeps no externalId, which may name a person', async () => {
    await ingest(tenant, [order('ann@example.com', 'much'), order('bob@example.com', 'much')]);
    const named = { filter: { externalId: 'ann@example.com' } };
    expect(await act(tenant, 'dropQuarantine', named)).toEqual({ dropped: 1 });
    expect(await left()).toEqual(['bob@example.com']);
    const kept = await asAdmin(server.databaseUrl, async (admin) => {
      const { rows } = await admin.query('select * from run where workspace_id = $1', [tenant.workspaceId]);
      return JSON.stringify(rows);
    });
    expect(kept).toContain('DROP');
    expect(kept).not.toContain('ann@');
  });

  it('rejects what the database refuses, alone, wherever it stands', async () => {
    const names = await fill(tenant);
    const alter = (what: string) =>
      asAdmin(server.databaseUrl, (client) => client.query(`alter table receipt ${what}`));
    await widen();
    await alter(
      `add constraint unlucky check (external_id not in ('o-0000', 'o-0101', 'o-0102', 'o-0249')) not valid`,
    );
    try {
      expect(await act(tenant, 'replayQuarantine')).toEqual({ ...NONE, accepted: MANY - 4, rejected: 4 });
    } finally {
      await alter('drop constraint unlucky');
    }
    expect(await left()).toEqual([0, 101, 102, 249].map((index) => names[index]));
    expect(await eventsOf(tenant)).toBe(MANY - 4);
  });
});

describe('While a run works through the quarantine', () => {
  it('it can be canceled between two steps, and goes on from there when it is retried', async () => {
    const names = await fill(tenant);
    await widen();
    const holder = await holdReceipt(tenant, 'o-0150');
    const id = await begin(tenant, 'replayQuarantine', EVERYTHING);
    await holder.untilSomebodyWaits();
    expect(await runOf(tenant, id)).toMatchObject({ state: 'RUNNING', progress: { done: 100, total: MANY } });
    const cancel = await mutate(tenant, `cancelRun(input: { id: "${id}" })`);
    expect(cancel.run.state).toBe('CANCELING');
    await holder.letGo();
    expect(await untilOver(tenant, id)).toMatchObject({
      state: 'CANCELED',
      progress: { done: 200, total: MANY },
    });
    expect(await countsOf(tenant, id)).toEqual({ ...NONE, accepted: 200 });
    expect(await left()).toEqual(names.slice(200));
    await mutate(tenant, `retryRun(input: { id: "${id}" })`);
    expect(await untilOver(tenant, id)).toMatchObject({
      state: 'COMPLETED',
      progress: { done: MANY, total: MANY },
    });
    expect(await countsOf(tenant, id)).toEqual({ ...NONE, accepted: MANY });
    expect(await eventsOf(tenant)).toBe(MANY);
  });

  it('another one drops, and each item is either applied or dropped', async () => {
    await fill(tenant);
    await widen();
    await startServer({ beside: server });
    const holder = await holdQuarantine(tenant);
    const replay = await begin(tenant, 'replayQuarantine', EVERYTHING);
    const drop = await begin(tenant, 'dropQuarantine', EVERYTHING);
    await holder.letGo();
    for (const id of [replay, drop])
      expect(await untilOver(tenant, id)).toMatchObject({ state: 'COMPLETED' });
    const { accepted, ...others } = await countsOf(tenant, replay);
    const { dropped } = await countsOf(tenant, drop);
    expect(others).toEqual({ duplicates: 0, conflicts: 0, rejected: 0 });
    expect(accepted + dropped).toBe(MANY);
    expect(await eventsOf(tenant)).toBe(accepted);
    expect(await left()).toEqual([]);
  });

  it('a change of an item waits for the step that has read it', async () => {
    await fill(tenant, 2);
    await widen();
    const { quarantine } = expectNoErrors(await gql(tenant, '{ quarantine { nodes { id externalId } } }'));
    const [{ id: itemId, externalId }] = quarantine.nodes;
    const holder = await holdReceipt(tenant, externalId);
    const id = await begin(tenant, 'replayQuarantine', EVERYTHING);
    await holder.untilSomebodyWaits();
    const query =
      'mutation ($input: UpdateQuarantinedItemInput!) { updateQuarantinedItem(input: $input) { userErrors { code } } }';
    const update = gql(tenant, query, { input: { id: itemId, item: order(externalId, 'changed') } });
    await holder.letGo();
    expect(expectNoErrors(await update).updateQuarantinedItem.userErrors).toEqual([
      { code: 'QUARANTINED_UNKNOWN' },
    ]);
    await untilOver(tenant, id);
    expect(await countsOf(tenant, id)).toEqual({ ...NONE, accepted: 2 });
  });

  it('ingest goes on, and what is sent again is applied once', async () => {
    const names = await fill(tenant);
    await widen();
    const id = await begin(tenant, 'replayQuarantine', EVERYTHING);
    const results = await ingest(
      tenant,
      names.toReversed().map((name) => order(name, 'much')),
    );
    await untilOver(tenant, id);
    const { accepted, duplicates } = await countsOf(tenant, id);
    const sent = results.filter(({ status }) => status === 'ACCEPTED').length;
    expect(results.every(({ status }) => status === 'ACCEPTED' || status === 'DUPLICATE')).toBe(true);
    expect(accepted + sent).toBe(MANY);
    expect(accepted + duplicates).toBeLessThanOrEqual(MANY);
    expect(await eventsOf(tenant)).toBe(MANY);
    expect(await left()).toEqual([]);
  });
});

it(
  'A replay whose server is killed in a step goes on at another, and ends with the counts of an undisturbed one',
  async () => {
    await promisify(execFile)('npm', ['run', '--silent', 'build:server']);
    const base = await startServer();
    await defineOrder(base);
    await fill(base);
    await widen(base);
    await base.stop();
    const doomed = await startProcess(await freePort(), { DATABASE_URL: base.databaseUrl });
    atEnd(() => doomed.program.kill());
    const holder = await holdReceipt(base, 'o-0150');
    const id = await begin({ ...base, graphqlUrl: doomed.url }, 'replayQuarantine', EVERYTHING);
    await holder.untilSomebodyWaits();
    const other = await startServer({ beside: base });
    expect(await runOf(other, id)).toMatchObject({ state: 'RUNNING', progress: { done: 100 } });
    await doomed.program.kill();
    await holder.letGo();
    expect(await untilOver(other, id)).toMatchObject({
      state: 'COMPLETED',
      progress: { done: MANY, total: MANY },
    });
    expect(await countsOf(other, id)).toEqual({ ...NONE, accepted: MANY });
    expect(await eventsOf(other)).toBe(MANY);
    expect(await left(other)).toEqual([]);
  },
  2 * MINUTE,
);
