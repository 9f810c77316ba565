import { isDeepStrictEqual } from 'node:util';
import {
  asAdmin,
  defineEventType,
  event,
  expectNoErrors,
  gql,
  ingest,
  item,
  ManualClock,
  newKey,
  newTenant,
  seed,
  snapshotTables,
  startServer,
} from '../kit/index.js';
import type { ItemInput, TestServer } from '../kit/index.js';
import { act as actOn, askFor } from './quarantine-kit.js';

const DAY_MS = 86_400_000;

let server: TestServer;
let clock: ManualClock;
let tenant: TestServer;

beforeAll(async () => {
  clock = new ManualClock('2026-03-01T12:00:00.000Z');
  server = await startServer({ clock });
});

beforeEach(async () => {
  clock.set('2026-03-01T12:00:00.000Z');
  tenant = { ...server, ...(await newTenant(server)) };
  await defineEventType(tenant, { key: 'order', properties: [{ key: 'total', type: 'NUMBER' }] });
});

const broken = (externalId: string, rest: Partial<ItemInput> = {}) =>
  event({ external: externalId }, 'order', { total: 'much' }, { externalId, ...rest });

async function quarantined(filter: object = {}, key: string = tenant.key) {
  const query = `query ($filter: QuarantineFilterInput) { quarantine(filter: $filter) { nodes {
    id externalId type item source { key } receivedAt updatedAt errors { code path } } } }`;
  return expectNoErrors(await gql(tenant, query, { filter }, { key })).quarantine.nodes;
}
const namesOf = async (filter: object = {}) =>
  (await quarantined(filter)).map(({ externalId }: { externalId: string }) => externalId);
const counts = async () =>
  expectNoErrors(await gql(tenant, '{ quarantineCounts { code count } }')).quarantineCounts;

const act = (verb: 'replayQuarantine' | 'dropQuarantine', filter?: object, on = tenant) =>
  actOn(on, verb, filter ? { filter } : undefined);

/** The contract takes everything from now on. */
async function mend() {
  const query = `mutation { updateEventType(input: { key: "order", properties: [{ key: "total", type: JSON }] }) { userErrors { code } } }`;
  expect(expectNoErrors(await gql(tenant, query)).updateEventType.userErrors).toEqual([]);
}

async function eventsOf(external: string) {
  const query = `query ($value: String!) { profileByIdentifier(namespace: "external", value: $value) { events { nodes { occurredAt receivedAt properties source { key } } } } }`;
  const { profileByIdentifier } = expectNoErrors(await gql(tenant, query, { value: external }));
  return profileByIdentifier?.events.nodes ?? [];
}

describe('an item that is rejected for what it holds', () => {
  it('is kept as it was sent, with what was wrong and where it came from', async () => {
    const sent = broken('o-1', { occurredAt: '2026-02-01T00:00:00.000Z', attributes: { city: 'Ghent' } });
    await ingest(tenant, [sent, event({ external: 'o-2' }, 'order', { total: 2 })]);
    expect(await quarantined()).toEqual([
      {
        id: expect.stringMatching(/^quarantined_[0-9a-z]{26}$/),
        externalId: 'o-1',
        type: 'order',
        item: sent,
        source: { key: 'default' },
        receivedAt: '2026-03-01T12:00:00.000Z',
        updatedAt: '2026-03-01T12:00:00.000Z',
        errors: [{ code: 'PROPERTY_INVALID', path: ['properties', 'total'] }],
      },
    ]);
    const [one] = await quarantined();
    const node = await gql(
      tenant,
      `query ($id: ID!) { node(id: $id) { ... on QuarantinedItem { externalId } } }`,
      one,
    );
    expect(expectNoErrors(node).node).toEqual({ externalId: 'o-1' });
  });

  it('is kept though a database could not hold it', async () => {
    const attributes = { 'na\0me': 'half \ud800', deep: [[{ a: '\0' }]] };
    await ingest(tenant, [item({ external: 'x' }, { externalId: 'odd', attributes, type: 'a\nb' })]);
    const [one] = await quarantined();
    expect(one.item.attributes).toEqual({ 'na\0me': 'half \ud800', deep: [[{ a: '\0' }]] });
    expect(one.type).toBeNull();
    expect(one.errors).toEqual([{ code: 'INVALID_VALUE', path: ['type'] }]);
  });

  it('is kept when the database itself refuses it, alone of its batch, and can be replayed', async () => {
    const order = (total: number) =>
      event({ external: `o-${total}` }, 'order', { total }, { externalId: `o-${total}` });
    const sent = [order(1), order(13), order(2), order(3)];
    const alter = (what: string) =>
      asAdmin(server.databaseUrl, (client) => client.query(`alter table event ${what}`));
    await alter(`add constraint unlucky check ((properties ->> 'total') is distinct from '13')`);
    try {
      expect(await ingest(tenant, sent)).toMatchObject([
        { status: 'ACCEPTED' },
        { status: 'REJECTED', errors: [{ code: 'INVALID_VALUE' }] },
        { status: 'ACCEPTED' },
        { status: 'ACCEPTED' },
      ]);
      expect(await act('replayQuarantine')).toMatchObject({ accepted: 0, rejected: 1 });
      expect(await quarantined()).toMatchObject([
        { externalId: 'o-13', item: sent[1], errors: [{ code: 'INVALID_VALUE' }] },
      ]);
      expect(await eventsOf('o-13')).toEqual([]);
    } finally {
      await alter('drop constraint unlucky');
    }
    expect(await act('replayQuarantine')).toMatchObject({ accepted: 1, rejected: 0 });
    expect(await eventsOf('o-13')).toHaveLength(1);
    expect(await quarantined()).toEqual([]);
  });

  it('is kept when all its identifiers are blocked', async () => {
    await ingest(tenant, [item({ external: 'null' }, { externalId: 'nobody' })]);
    expect((await quarantined())[0]).toMatchObject({
      externalId: 'nobody',
      errors: [{ code: 'IDENTIFIERS_BLOCKED' }],
    });
  });

  it('is not kept when its externalId was accepted with another body', async () => {
    await seed(tenant, [event({ external: 'a' }, 'order', { total: 1 }, { externalId: 'a' })]);
    expect((await ingest(tenant, [broken('a')])).map(({ status }) => status)).toEqual(['CONFLICT']);
    expect(await quarantined()).toEqual([]);
  });

  it.each([
    ['no externalId', { identifiers: [{ namespace: 'external', value: 'x' }] }],
    ['an externalId that is null', { ...item({ external: 'x' }), externalId: null }],
    ['a blank externalId', { ...item({ external: 'x' }), externalId: ' ' }],
    ['an externalId that is too long', { ...item({ external: 'x' }), externalId: 'x'.repeat(257) }],
    ['an externalId that is a list', { ...item({ external: 'x' }), externalId: ['a'] }],
    ['nothing but null', null],
    ['a text in its place', 'order 7'],
    ['a list in its place', [item({ external: 'x' })]],
  ])('is kept as it came with %s, once for each body', async (_what, sent) => {
    const other = { ...broken('o-1'), externalId: null };
    const results = await ingest(tenant, [sent, other, sent] as never);
    expect(results.map(({ status, externalId }) => [status, externalId])).toEqual(
      Array(3).fill(['REJECTED', null]),
    );
    clock.advance(1_000);
    await ingest(tenant, [sent] as never);
    const kept = await quarantined();
    expect(kept).toHaveLength(2);
    expect(kept.find(({ item: one }: { item: unknown }) => isDeepStrictEqual(one, sent))).toMatchObject({
      externalId: null,
      receivedAt: new Date(clock.now().getTime() - 1_000).toISOString(),
      updatedAt: clock.now().toISOString(),
    });
    expect(await act('replayQuarantine')).toMatchObject({ accepted: 0, rejected: 2 });
    expect(await quarantined()).toHaveLength(2);
    expect(await act('dropQuarantine')).toEqual({ dropped: 2 });
  });

  it('is kept without its body when it is too large to be read, and is not replayed', async () => {
    let deep: unknown = 1;
    for (let level = 0; level < 4_000; level += 1) deep = [deep];
    const large = broken('large', { properties: { text: 'x'.repeat(200_000) } });
    const results = await ingest(tenant, [large, broken('deep', { properties: { deep } })]);
    expect(results.map(({ errors }) => errors.map(({ code }) => code))).toEqual([
      ['TOO_LONG'],
      ['INVALID_VALUE'],
    ]);
    const kept = await quarantined();
    expect(
      kept.map((one: { externalId: string; item: unknown }) => [one.externalId, one.item]).sort(),
    ).toEqual([
      ['deep', null],
      ['large', null],
    ]);
    expect(await act('replayQuarantine')).toMatchObject({ accepted: 0, rejected: 0 });
    await seed(tenant, [event({ external: 'a' }, 'order', { total: 1 }, { externalId: 'deep' })]);
    expect(await namesOf()).toEqual(['large']);
  });

  it('is there once, as it was last sent; the same body keeps the instant at which it first came', async () => {
    await ingest(tenant, [broken('o-1')]);
    const [first] = await quarantined();
    clock.advance(1_000);
    await ingest(tenant, [broken('o-1'), broken('o-1')]);
    expect(await quarantined()).toEqual([{ ...first, updatedAt: '2026-03-01T12:00:01.000Z' }]);
    await ingest(tenant, [broken('o-1', { properties: { total: 'more' } })]);
    expect(await quarantined()).toEqual([
      {
        ...first,
        item: { ...first.item, properties: { total: 'more' } },
        receivedAt: '2026-03-01T12:00:01.000Z',
        updatedAt: '2026-03-01T12:00:01.000Z',
      },
    ]);
  });

  it('leaves when its source mends it and sends it again', async () => {
    await ingest(tenant, [broken('o-1')]);
    await seed(tenant, [event({ external: 'o-1' }, 'order', { total: 3 }, { externalId: 'o-1' })]);
    expect([await quarantined(), await counts()]).toEqual([[], []]);
    expect(await act('replayQuarantine')).toMatchObject({ accepted: 0, conflicts: 0, rejected: 0 });
  });

  it('goes by itself after 90 days', async () => {
    await ingest(tenant, [broken('old')]);
    clock.advance(91 * DAY_MS);
    await ingest(tenant, [broken('new')]);
    expect(await namesOf()).toEqual(['new']);
  });

  it('shows what it holds to keys with READ_PII alone', async () => {
    await ingest(tenant, [broken('o-1')]);
    const key = await newKey(tenant, ['READ']);
    expect(await quarantined({}, key)).toMatchObject([{ externalId: 'o-1', item: null }]);
  });

  it('is nobody else’s', async () => {
    await ingest(tenant, [broken('o-1')]);
    const [{ id }] = await quarantined();
    const owner = tenant;
    tenant = { ...server, ...(await newTenant(server)) };
    expect(await quarantined()).toEqual([]);
    expect(await actOn(tenant, 'dropQuarantine', { ids: [id] })).toEqual({ dropped: 0 });
    expect(await actOn(tenant, 'dropQuarantine')).toEqual({ dropped: 0 });
    tenant = owner;
    expect(await namesOf()).toEqual(['o-1']);
  });
});

describe('what is in quarantine', () => {
  beforeEach(async () => {
    expectNoErrors(
      await gql(
        tenant,
        'mutation { createSource(input: { key: "crm", name: "CRM" }) { userErrors { code } } }',
      ),
    );
    const crm = await newKey(tenant, ['INGEST'], { source: 'crm' });
    await ingest(tenant, [broken('o-1'), broken('o-2', { attributes: [] })]);
    await ingest(tenant, [broken('o-1'), item({ email: 'nobody' }, { externalId: 'o-3' })], { key: crm });
  });

  it('is listed newest first, whole and in pages', async () => {
    const query = `query ($first: Int, $after: String) { quarantine(first: $first, after: $after) { nodes { externalId source { key } } pageInfo { endCursor hasNextPage } } }`;
    const seen: string[] = [];
    for (let after: string | null = null, more = true; more;) {
      const { quarantine } = expectNoErrors(await gql(tenant, query, { first: 3, after })) as never as {
        quarantine: {
          nodes: { externalId: string; source: { key: string } }[];
          pageInfo: { endCursor: string; hasNextPage: boolean };
        };
      };
      seen.push(...quarantine.nodes.map(({ source, externalId }) => `${source.key} ${externalId}`));
      ({ endCursor: after, hasNextPage: more } = quarantine.pageInfo);
    }
    expect(seen.slice(0, 2).sort()).toEqual(['crm o-1', 'crm o-3']);
    expect(seen.slice(2).sort()).toEqual(['default o-1', 'default o-2']);
  });

  it('is found by cause, source, type and externalId', async () => {
    expect(await namesOf({ codes: ['IDENTIFIER_INVALID'] })).toEqual(['o-3']);
    expect((await namesOf({ codes: ['INVALID_VALUE', 'IDENTIFIER_INVALID'] })).sort()).toEqual([
      'o-2',
      'o-3',
    ]);
    expect((await namesOf({ sources: ['crm'] })).sort()).toEqual(['o-1', 'o-3']);
    expect((await namesOf({ sources: ['crm'], type: 'order' })).sort()).toEqual(['o-1']);
    expect(await namesOf({ externalId: 'o-2' })).toEqual(['o-2']);
    const answer = await gql(tenant, '{ quarantine(filter: { sources: ["none"] }) { nodes { id } } }');
    expect(answer.errors?.[0]?.extensions.code).toBe('SOURCE_UNKNOWN');
  });

  it('is counted by cause', async () => {
    expect(await counts()).toEqual([
      { code: 'PROPERTY_INVALID', count: 3 },
      { code: 'IDENTIFIER_INVALID', count: 1 },
      { code: 'INVALID_VALUE', count: 1 },
    ]);
  });

  it('can be dropped, in part', async () => {
    expect(await act('dropQuarantine', { sources: ['crm'] })).toEqual({ dropped: 2 });
    expect((await namesOf()).sort()).toEqual(['o-1', 'o-2']);
  });

  it.each<[object, string, string[]]>([
    [{ all: false }, 'INVALID_VALUE', ['all']],
    [{ filter: {} }, 'INVALID_VALUE', ['filter']],
    [{ filter: { externalId: null, sources: null } }, 'INVALID_VALUE', ['filter']],
    [{ ids: Array(1_001).fill('quarantined_01h455vb4pex5vsknk084sn02q') }, 'TOO_MANY', ['ids']],
    [{ filter: { sources: ['none'] } }, 'SOURCE_UNKNOWN', ['filter', 'sources']],
    [{ filter: { codes: Array(1_001).fill('A') } }, 'TOO_MANY', ['filter', 'codes']],
    [{ filter: { sources: Array(1_001).fill('default') } }, 'TOO_MANY', ['filter', 'sources']],
  ])('is not replayed or dropped by %j', async (items, code, path) => {
    const before = await snapshotTables(tenant);
    for (const verb of ['replayQuarantine', 'dropQuarantine'] as const)
      expect(await askFor(tenant, verb, items)).toEqual({
        run: null,
        userErrors: [{ code, path: ['input', 'items', ...path] }],
      });
    expect(await snapshotTables(tenant)).toEqual(before);
  });

  it('is not replayed or dropped by a variable of the filter that is not given', async () => {
    const before = await snapshotTables(tenant);
    for (const verb of ['replayQuarantine', 'dropQuarantine']) {
      const query = `mutation ($id: String) { ${verb}(input: { items: { filter: { externalId: $id } } }) { run { id } userErrors { code path message } } }`;
      expect(expectNoErrors(await gql(tenant, query))[verb]).toEqual({
        run: null,
        userErrors: [
          {
            code: 'INVALID_VALUE',
            path: ['input', 'items', 'filter'],
            message: expect.stringContaining('`all: true`'),
          },
        ],
      });
    }
    expect(await snapshotTables(tenant)).toEqual(before);
  });

  it.each(['{}', '{ all: true, ids: [] }', '{ filter: null }', '{ all: null }'])(
    'is not replayed or dropped by %s, which is not one way to name items',
    async (items) => {
      const before = await snapshotTables(tenant);
      for (const verb of ['replayQuarantine', 'dropQuarantine']) {
        const answer = await gql(tenant, `mutation { ${verb}(input: { items: ${items} }) { run { id } } }`);
        expect(answer.errors?.[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
      }
      expect(await snapshotTables(tenant)).toEqual(before);
    },
  );
});

describe('a replay', () => {
  it('applies what the contract takes now: as its source sent it, and when it first came', async () => {
    await ingest(tenant, [broken('o-1'), broken('o-2', { occurredAt: '2026-02-01T00:00:00.000Z' })]);
    const came = clock.now().toISOString();
    expect(await act('replayQuarantine')).toMatchObject({ accepted: 0, rejected: 2 });
    await mend();
    clock.advance(5_000);
    expect(await act('replayQuarantine')).toEqual({
      accepted: 2,
      duplicates: 0,
      conflicts: 0,
      rejected: 0,
    });
    const receivedAt = clock.now().toISOString();
    const told = { receivedAt, properties: { total: 'much' }, source: { key: 'default' } };
    expect(await eventsOf('o-1')).toEqual([{ ...told, occurredAt: came }]);
    expect(await eventsOf('o-2')).toEqual([{ ...told, occurredAt: '2026-02-01T00:00:00.000Z' }]);
    expect(await quarantined()).toEqual([]);
  });

  it('leaves there what is still wrong, with what is wrong now', async () => {
    await ingest(tenant, [broken('o-1', { attributes: 7 }), broken('o-2')]);
    await mend();
    expect(await act('replayQuarantine')).toMatchObject({ accepted: 1, rejected: 1 });
    expect(await quarantined()).toMatchObject([{ externalId: 'o-1', errors: [{ code: 'INVALID_VALUE' }] }]);
  });

  it('makes the same item from its source a duplicate', async () => {
    const sent = broken('o-1');
    await ingest(tenant, [sent]);
    await mend();
    await act('replayQuarantine');
    expect(await ingest(tenant, [sent])).toMatchObject([{ status: 'DUPLICATE' }]);
    expect(await eventsOf('o-1')).toHaveLength(1);
  });

  it('applies each item once, though two servers replay while the source sends all again', async () => {
    const other = { ...tenant, ...(await startServer({ beside: tenant })) };
    const sent = Array.from({ length: 200 }, (_, index) => broken(`o-${index}`));
    await ingest(tenant, sent);
    await mend();
    const [one, two, results] = await Promise.all([
      act('replayQuarantine'),
      act('replayQuarantine', undefined, other),
      ingest(tenant, sent),
    ]);
    const accepted = results.filter(({ status }) => status === 'ACCEPTED').length;
    expect(one.accepted + two.accepted + accepted).toBe(200);
    expect(await quarantined()).toEqual([]);
    expect(await eventsOf('o-0')).toHaveLength(1);
    expect(await eventsOf('o-199')).toHaveLength(1);
  });
});
