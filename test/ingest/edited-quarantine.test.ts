import {
  defineEventType,
  event,
  expectNoErrors,
  gql,
  hold,
  ingest,
  ManualClock,
  newKey,
  newTenant,
  seed,
  snapshotTables,
  startServer,
} from '../kit/index.js';
import type { Asking, ItemInput, TestServer } from '../kit/index.js';
import { act as actOn } from './quarantine-kit.js';
import type { Selection } from './quarantine-kit.js';

const CAME = '2026-03-01T12:00:00.000Z';

let server: TestServer;
let clock: ManualClock;
let tenant: TestServer;

beforeAll(async () => {
  clock = new ManualClock(CAME);
  server = await startServer({ clock });
});

beforeEach(async () => {
  tenant = { ...server, ...(await newTenant(server)) };
  clock.set(CAME);
  await defineEventType(tenant, { key: 'order', properties: [{ key: 'total', type: 'NUMBER' }] });
});

const order = (externalId: string, total: unknown, rest: Partial<ItemInput> = {}) =>
  event({ external: externalId }, 'order', { total }, { externalId, ...rest });

const FIELDS = 'id externalId type item isEdited receivedAt updatedAt errors { code path }';

interface Listed {
  id: string;
  externalId: string | null;
  updatedAt: string;
}

async function list(filter: object = {}): Promise<Listed[]> {
  const query = `query ($filter: QuarantineFilterInput) { quarantine(filter: $filter) { totalCount nodes { ${FIELDS} } } }`;
  const { quarantine } = expectNoErrors(await gql(tenant, query, { filter }));
  expect(quarantine.totalCount).toBe(quarantine.nodes.length);
  return quarantine.nodes;
}
const namesIn = async (filter: object) => (await list(filter)).map(({ externalId }) => externalId).sort();

async function update(input: object, asking: Asking = {}) {
  const query = `mutation ($input: UpdateQuarantinedItemInput!) { updateQuarantinedItem(input: $input) {
    item { ${FIELDS} } result { status externalId errors { code path } } userErrors { code path } } }`;
  return expectNoErrors(await gql(tenant, query, { input }, asking)).updateQuarantinedItem;
}

const act = (verb: 'replayQuarantine' | 'dropQuarantine', items?: Selection) => actOn(tenant, verb, items);

async function eventsOf(external: string) {
  const query = `query ($value: String!) { profileByIdentifier(namespace: "external", value: $value) { events { nodes { occurredAt properties source { key } } } } }`;
  return (
    expectNoErrors(await gql(tenant, query, { value: external })).profileByIdentifier?.events.nodes ?? []
  );
}

async function rejectedId(sent: unknown): Promise<string> {
  expect(await ingest(tenant, [sent as ItemInput])).toMatchObject([{ status: 'REJECTED' }]);
  return (await list())[0]!.id;
}

/** As the API names what nobody has. */
const NOWHERE = 'quarantined_01h455vb4pex5vsknk084sn02q';

describe('An item in quarantine', () => {
  it('is changed, read again, and waits to be replayed', async () => {
    const id = await rejectedId(order('o-1', 'much', { attributes: { city: 'Ghent' } }));
    clock.advance(5_000);
    const fixed = order('o-1', 12.5);
    const kept = {
      ...{ id, externalId: 'o-1', type: 'order', item: fixed, isEdited: true, errors: [] },
      ...{ receivedAt: CAME, updatedAt: '2026-03-01T12:00:05.000Z' },
    };
    expect(await update({ id, item: fixed })).toEqual({ item: kept, result: null, userErrors: [] });
    expect(await list()).toEqual([kept]);
    expect(await eventsOf('o-1')).toEqual([]);
    expect(await act('replayQuarantine', { ids: [id] })).toMatchObject({ accepted: 1, rejected: 0 });
    // It came when it first came, and from where.
    expect(await eventsOf('o-1')).toEqual([
      { occurredAt: CAME, properties: { total: 12.5 }, source: { key: 'default' } },
    ]);
    expect(await list()).toEqual([]);
  });

  it('is changed and replayed in one go', async () => {
    const id = await rejectedId(order('o-1', 'much'));
    expect(await update({ id, item: order('o-1', 7), replay: true })).toEqual({
      item: null,
      result: { status: 'ACCEPTED', externalId: 'o-1', errors: [] },
      userErrors: [],
    });
    expect(await eventsOf('o-1')).toMatchObject([{ properties: { total: 7 } }]);
    expect((await update({ id, item: order('o-1', 8) })).userErrors).toEqual([
      { code: 'QUARANTINED_UNKNOWN', path: ['input', 'id'] },
    ]);
    expect(await eventsOf('o-1')).toHaveLength(1);
  });

  it.each<[string, unknown, string, string[]]>([
    ['another wrong value', order('o-1', 'more'), 'PROPERTY_INVALID', ['properties', 'total']],
    ['an unknown field', { ...order('o-1', 1), color: 'red' }, 'FIELD_UNKNOWN', ['color']],
    ['nobody', { ...order('o-1', 1), identifiers: [] }, 'REQUIRED', ['identifiers']],
    ['no item', 'o-1', 'INVALID_VALUE', []],
    ['a list', [], 'INVALID_VALUE', []],
  ])('stays with what is still wrong: %s', async (_what, item, code, path) => {
    const id = await rejectedId(order('o-1', 'much'));
    for (const replay of [false, true]) {
      const answer = await update({ id, item, replay });
      expect(answer).toMatchObject({ item: { id, errors: [{ code, path }], item }, userErrors: [] });
      expect(answer.result?.status).toBe(replay ? 'REJECTED' : undefined);
    }
    expect(await list()).toMatchObject([{ id, isEdited: true, receivedAt: CAME, errors: [{ code, path }] }]);
  });

  it('that had no externalId gets one, with the same id, and is replayed', async () => {
    const sent = { ...order('o-1', 1), externalId: null };
    const id = await rejectedId(sent);
    expect(await list()).toMatchObject([{ id, externalId: null }]);
    const { item } = await update({ id, item: order('o-9', 1) });
    expect(item).toMatchObject({ id, externalId: 'o-9', isEdited: true, errors: [] });
    expect(await list()).toHaveLength(1);
    expect(await act('replayQuarantine')).toMatchObject({ accepted: 1, rejected: 0 });
    expect(await eventsOf('o-9')).toHaveLength(1);
  });

  it('may lose its externalId, and get it back', async () => {
    const id = await rejectedId(order('o-1', 'much'));
    const { item } = await update({ id, item: { ...order('o-1', 1), externalId: '' } });
    expect(item).toMatchObject({ id, externalId: null, errors: [{ path: ['externalId'] }] });
    expect((await update({ id, item: order('o-1', 'much') })).item).toMatchObject({
      id,
      externalId: 'o-1',
      isEdited: false,
    });
  });

  it('is not undone when its source sends it again as it was, but is replaced by another body', async () => {
    const sent = order('o-1', 'much');
    const id = await rejectedId(sent);
    await update({ id, item: order('o-1', 'still much') });
    clock.advance(1_000);
    await ingest(tenant, [sent]);
    const [kept] = await list();
    expect(kept).toMatchObject({ item: order('o-1', 'still much'), isEdited: true });
    await act('replayQuarantine');
    expect(await list()).toMatchObject([{ id, isEdited: true, receivedAt: CAME }]);
    await ingest(tenant, [sent]);
    expect(await list()).toMatchObject([{ item: order('o-1', 'still much') }]);
    await ingest(tenant, [order('o-1', 'even more')]);
    expect(await list()).toMatchObject([{ id, item: order('o-1', 'even more'), isEdited: false }]);
  });

  it('makes what its source sends again a conflict once it was accepted, and its own body a duplicate', async () => {
    const id = await rejectedId(order('o-1', 'much'));
    await update({ id, item: order('o-1', 1), replay: true });
    expect(await ingest(tenant, [order('o-1', 'much'), order('o-1', 1)])).toMatchObject([
      { status: 'CONFLICT' },
      { status: 'DUPLICATE' },
    ]);
    expect(await list()).toEqual([]);
  });
});

describe('A change is refused, and changes nothing,', () => {
  let id: string;

  beforeEach(async () => {
    await seed(tenant, [order('taken', 1)]);
    await ingest(tenant, [order('other', 'much')]);
    id = await rejectedId(order('o-1', 'much'));
    clock.advance(1_000);
  });

  it.each<[string, object, string, string[]]>([
    ['of what is not there', { id: NOWHERE, item: {} }, 'QUARANTINED_UNKNOWN', ['id']],
    [
      'of something else',
      { id: 'profile_01h455vb4pex5vsknk084sn02q', item: {} },
      'QUARANTINED_UNKNOWN',
      ['id'],
    ],
    [
      'to an externalId that was accepted',
      { item: order('taken', 2) },
      'EXTERNAL_ID_CONFLICT',
      ['item', 'externalId'],
    ],
    [
      'to the same item that was accepted',
      { item: order('taken', 1) },
      'EXTERNAL_ID_CONFLICT',
      ['item', 'externalId'],
    ],
    [
      'to the externalId of another one',
      { item: order('other', 2) },
      'EXTERNAL_ID_CONFLICT',
      ['item', 'externalId'],
    ],
    ['to what is too long', { item: order('o-1', 'x'.repeat(100_001)) }, 'TOO_LONG', ['item']],
    [
      'after it was changed',
      { item: order('o-1', 1), ifUnchangedSince: '2026-03-01T11:59:59.999Z' },
      'CHANGED_SINCE',
      ['ifUnchangedSince'],
    ],
  ])('%s', async (_what, input, code, path) => {
    const before = await snapshotTables(tenant);
    expect(await update({ id, replay: true, ...input })).toEqual({
      item: null,
      result: null,
      userErrors: [{ code, path: ['input', ...path] }],
    });
    expect(await snapshotTables(tenant)).toEqual(before);
  });

  it('of another workspace, and without MANAGE', async () => {
    const key = await newKey(tenant, ['INGEST', 'READ', 'READ_PII']);
    const stranger = await newTenant(server);
    const before = await snapshotTables(tenant);
    const query =
      'mutation ($id: ID!) { updateQuarantinedItem(input: { id: $id, item: {} }) { userErrors { code } } }';
    expect((await gql(tenant, query, { id }, { key })).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    expect((await update({ id, item: {} }, stranger)).userErrors).toMatchObject([
      { code: 'QUARANTINED_UNKNOWN' },
    ]);
    expect(await snapshotTables(tenant)).toEqual(before);
  });

  it('but not when it is as it was seen', async () => {
    const [{ updatedAt: ifUnchangedSince }] = (await list({ externalId: 'o-1' })) as [Listed];
    expect(await update({ id, item: order('o-1', 1), ifUnchangedSince })).toMatchObject({
      userErrors: [],
      item: { id },
    });
    expect((await update({ id, item: order('o-1', 2), ifUnchangedSince })).userErrors).toMatchObject([
      { code: 'CHANGED_SINCE' },
    ]);
  });
});

it('What is in an item shows to keys with READ_PII alone, also to those that change it', async () => {
  const id = await rejectedId(order('o-1', 'much'));
  const key = await newKey(tenant, ['MANAGE']);
  expect((await update({ id, item: order('o-1', 1) }, { key })).item).toMatchObject({
    id,
    item: null,
    errors: [],
  });
});

describe('What is in quarantine', () => {
  beforeEach(async () => {
    const made = await gql(
      tenant,
      'mutation { createSource(input: { key: "crm", name: "CRM" }) { userErrors { code } } }',
    );
    expectNoErrors(made);
    const crm = await newKey(tenant, ['INGEST'], { source: 'crm' });
    await ingest(tenant, [order('a', 'much')]);
    clock.advance(60_000);
    await ingest(tenant, [order('b', 'much'), { ...order('c', 1), identifiers: [] }]);
    clock.advance(60_000);
    await ingest(tenant, [order('d', 'much')], { key: crm });
  });

  it.each<[object, string[]]>([
    [{ from: '2026-03-01T12:01:00Z' }, ['b', 'c', 'd']],
    [{ to: '2026-03-01T12:01:00Z' }, ['a']],
    [{ from: '2026-03-01T12:01:00Z', to: '2026-03-01T12:02:00Z' }, ['b', 'c']],
    [
      { from: '2026-03-01T12:00:00.001Z', to: '2026-03-01T12:02:00.001Z', codes: ['PROPERTY_INVALID'] },
      ['b', 'd'],
    ],
    [{ from: '2026-03-01T12:01:00Z', to: '2026-03-01T12:01:00Z' }, []],
    [{ sources: ['crm'] }, ['d']],
    [{ sources: ['crm', 'default'], codes: ['REQUIRED'] }, ['c']],
    [{ sources: [] }, []],
    [{ codes: [] }, []],
    [{ externalId: 'b', from: '2026-03-01T12:01:00Z' }, ['b']],
  ])('is found, and counted, by %j', async (filter, names) => {
    expect(await namesIn(filter)).toEqual(names);
  });

  it('is counted whole, however short the page is', async () => {
    const query =
      '{ quarantine(first: 1, filter: { codes: ["PROPERTY_INVALID"] }) { totalCount nodes { id } pageInfo { endCursor } } }';
    const { quarantine } = expectNoErrors(await gql(tenant, query));
    expect([quarantine.totalCount, quarantine.nodes.length]).toEqual([3, 1]);
  });

  it('is replayed and dropped by the same filters', async () => {
    const filter = { codes: ['PROPERTY_INVALID'], from: '2026-03-01T12:01:00Z' };
    expect(await act('replayQuarantine', { filter })).toMatchObject({ rejected: 2, accepted: 0 });
    expect(await act('dropQuarantine', { filter: { externalId: 'b', ...filter } })).toEqual({ dropped: 1 });
    expect(await act('dropQuarantine', { filter })).toEqual({ dropped: 1 });
    expect(await namesIn({})).toEqual(['a', 'c']);
  });
});

it('Items that are fixed at once are each applied once, though their source sends them all again', async () => {
  const names = Array.from({ length: 40 }, (_, index) => `o-${index}`);
  const broken = names.map((name) => order(name, 'much'));
  await ingest(tenant, broken);
  const ids = (await listAll()).map(({ id, externalId }) => ({ id, item: order(String(externalId), 1) }));
  const [again, ...fixed] = await Promise.all([
    ingest(tenant, broken),
    ...ids.map((one) => update({ ...one, replay: true })),
  ]);
  expect(fixed.map(({ result }) => result.status)).toEqual(names.map(() => 'ACCEPTED'));
  expect(again.every(({ status }) => status === 'REJECTED' || status === 'CONFLICT')).toBe(true);
  for (const name of names) expect(await eventsOf(name)).toMatchObject([{ properties: { total: 1 } }]);
  expect(await list()).toEqual([]);
});

async function listAll(): Promise<Listed[]> {
  const { quarantine } = expectNoErrors(
    await gql(tenant, '{ quarantine(first: 500) { nodes { id externalId } } }'),
  );
  return quarantine.nodes;
}

describe('A replay that began before', () => {
  /** @returns the id of the item, which is changed to what is still wrong, and what ends the replay of it that has begun */
  async function replayOf(wrong: unknown) {
    const id = await rejectedId(order('o-1', 'much'));
    // The batch waits for the lock when the item has been read.
    const holder = await hold(server, 'select pg_advisory_xact_lock(1, $1)', [tenant.workspaceId]);
    const replay = update({ id, item: wrong, replay: true });
    await holder.untilSomebodyWaits();
    return {
      id,
      end: async () => {
        await holder.letGo();
        return (await replay).result;
      },
    };
  }

  it('an item was changed again does not undo that', async () => {
    const { id, end } = await replayOf(order('o-1', 'still much'));
    const { item } = await update({ id, item: order('o-1', 'even more') });
    expect(await end()).toMatchObject({ status: 'REJECTED' });
    expect(await list()).toEqual([item]);
    expect(item).toMatchObject({ item: order('o-1', 'even more'), isEdited: true });
  });

  it('an item was put right does not bring its errors back', async () => {
    const { id, end } = await replayOf(order('o-1', 'still much'));
    const { item } = await update({ id, item: order('o-1', 2) });
    expect(await end()).toMatchObject({ status: 'REJECTED' });
    expect(await list()).toEqual([item]);
    expect(await act('replayQuarantine')).toMatchObject({ accepted: 1, rejected: 0 });
    expect(await eventsOf('o-1')).toMatchObject([{ properties: { total: 2 } }]);
  });

  it('an item got another externalId leaves it there under that', async () => {
    const { id, end } = await replayOf(order('o-1', 1));
    const { item } = await update({ id, item: order('o-2', 'much') });
    expect(await end()).toMatchObject({ status: 'ACCEPTED' });
    expect(await list()).toEqual([item]);
  });

  it('an item was dropped does not bring it back', async () => {
    const { id, end } = await replayOf(order('o-1', 'still much'));
    expect(await act('dropQuarantine', { ids: [id] })).toEqual({ dropped: 1 });
    expect(await end()).toMatchObject({ status: 'REJECTED' });
    expect(await list()).toEqual([]);
  });

  it('an item was left alone says what is still wrong with it', async () => {
    const { id, end } = await replayOf(order('o-1', 'still much'));
    await end();
    expect(await list()).toMatchObject([{ id, item: order('o-1', 'still much'), isEdited: true }]);
  });
});
