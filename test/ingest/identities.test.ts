import {
  asAdmin,
  createSegment,
  event,
  expectNoErrors,
  gql,
  ingest,
  item,
  seed,
  snapshotTables,
  startServer,
} from '../kit/index.js';
import type { IngestResult, TestServer } from '../kit/index.js';

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
});

const identifiersOf = async (namespace: string, value: string) => {
  const query = `query ($namespace: String!, $value: String!) { profileByIdentifier(namespace: $namespace, value: $value) { identifiers { nodes { namespace: namespaceKey value } } } }`;
  const { profileByIdentifier } = expectNoErrors(await gql(server, query, { namespace, value }));
  return profileByIdentifier?.identifiers.nodes.map(
    (one: { namespace: string; value: string }) => `${one.namespace}:${one.value}`,
  );
};

describe('identifiers', () => {
  it.each([
    ['email', '  Ada.LOVELACE@Example.COM ', 'ada.lovelace@example.com'],
    ['email', 'ZOË@exämple.org', 'zoë@xn--exmple-cua.org'],
    ['phone', '+44 (0)20 7946 0958', '+442079460958'],
    ['phone', '+1 (650) 253-0000', '+16502530000'],
    ['external', '  CRM-0042 ', 'CRM-0042'],
    ['external', 'Cafe\u0301', 'Café'],
    ['device', ' a1B2 ', 'a1B2'],
  ])('of the namespace %s: %j is kept as %j, and found in either spelling', async (namespace, sent, kept) => {
    const [first] = await seed(server, [item({ [namespace]: sent })]);
    const [second] = await seed(server, [item({ [namespace]: kept })]);
    expect(second).toBe(first);
    expect(await identifiersOf(namespace, sent)).toEqual([`${namespace}:${kept}`]);
    expect(await identifiersOf(namespace, kept)).toEqual([`${namespace}:${kept}`]);
  });

  it.each([
    ['email', 'byron'],
    ['email', 'byron@'],
    ['email', 'augusta byron@example.com'],
    ['phone', '020 7946 0958'],
    ['phone', '+1'],
    ['phone', 'call me'],
    ['phone', `+${'1'.repeat(40)}`],
  ])('of the namespace %s cannot be %j', async (namespace, value) => {
    const before = await snapshotTables(server, { except: ['quarantine'] });
    const [result] = await ingest(server, [item({ [namespace]: value })]);
    expect(result).toMatchObject({
      status: 'REJECTED',
      errors: [{ code: 'IDENTIFIER_INVALID', path: ['input', 'items', '0', 'identifiers', '0', 'value'] }],
    });
    expect(result?.errors[0]?.message).not.toContain(value);
    expect(await snapshotTables(server, { except: ['quarantine'] })).toEqual(before);
  });

  it('tell upper from lower case where they are somebody else’s ids', async () => {
    const [upper, lower] = await seed(server, [item({ external: 'ABC' }), item({ external: 'abc' })]);
    expect(upper).not.toBe(lower);
  });

  it('are told apart by namespace', async () => {
    const [external, device] = await seed(server, [item({ external: 'same' }), item({ device: 'same' })]);
    expect(external).not.toBe(device);
  });

  it('link what comes later, in the same batch or another, to the profile of the first', async () => {
    const [first, second, third] = await seed(server, [
      item({ email: 'link@example.com' }),
      item({ email: 'link@example.com', device: 'link-d' }),
      item({ device: 'link-d', external: 'link-e' }),
    ]);
    const [fourth] = await seed(server, [item({ external: 'link-e', phone: '+32470000001' })]);
    expect([second, third, fourth]).toEqual([first, first, first]);
    expect(await identifiersOf('phone', '+32470000001')).toEqual(
      ['device:link-d', 'email:link@example.com', 'external:link-e', 'phone:+32470000001'].map((one) =>
        expect.stringContaining(one),
      ),
    );
  });

  it('may be repeated within an item', async () => {
    const [result] = await ingest(server, [
      {
        ...item({}),
        identifiers: [
          { namespace: 'email', value: 'r@example.com' },
          { namespace: 'email', value: 'R@example.com' },
        ],
      },
    ]);
    expect(result).toMatchObject({ status: 'ACCEPTED', errors: [] });
    expect(await identifiersOf('email', 'r@example.com')).toEqual(['email:r@example.com']);
  });
});

describe('an item that links two profiles', () => {
  const linking = event(
    { email: 'left@example.com', device: 'right-d', external: 'unseen' },
    'visit',
    { page: 1 },
    { attributes: { linked: true } },
  );
  let left: string;
  let right: string;

  beforeAll(async () => {
    await createSegment(server, 'linked', { attribute: { key: 'linked', is: { exists: true } } });
    // One after the other: the older profile stays.
    [left] = (await seed(server, [item({ email: 'left@example.com' })])) as [string];
    [right] = (await seed(server, [item({ device: 'right-d' })])) as [string];
    expect(left).not.toBe(right);
  });

  it('makes them one: the older stays, holds what the item brings, and both ids lead to it', async () => {
    const [result] = await ingest(server, [linking]);
    expect(result).toMatchObject({ status: 'ACCEPTED', profileId: left, errors: [] });
    const query = `query ($left: ID!, $right: ID!) {
      left: profile(id: $left) { ...whole } right: profile(id: $right) { ...whole } }
      fragment whole on Profile { id attribute(key: "linked") identifiers { nodes { value } } segments { nodes { segment { key } } }
        events { nodes { properties } } mergedFrom { nodes { absorbedId survivorId cause externalId source { key } undoneAt } } }`;
    const whole = {
      id: left,
      attribute: true,
      identifiers: { nodes: ['left@example.com', 'right-d', 'unseen'].map((value) => ({ value })) },
      segments: { nodes: [{ segment: { key: 'linked' } }] },
      events: { nodes: [{ properties: { page: 1 } }] },
      mergedFrom: {
        nodes: [
          {
            absorbedId: right,
            survivorId: left,
            cause: 'INGEST',
            externalId: linking.externalId,
            source: { key: 'default' },
            undoneAt: null,
          },
        ],
      },
    };
    expect(expectNoErrors(await gql(server, query, { left, right }))).toEqual({ left: whole, right: whole });
  });

  it('is a duplicate the second time, and merges nothing again', async () => {
    const before = await snapshotTables(server, { except: ['quarantine'] });
    expect(await ingest(server, [linking])).toMatchObject([{ status: 'DUPLICATE', profileId: left }]);
    expect(await snapshotTables(server, { except: ['quarantine'] })).toEqual(before);
  });

  it('gives one profile also when both come to be in the same batch: then there is nothing to merge', async () => {
    const results = await ingest(server, [
      item({ email: 'batch-l@example.com' }),
      item({ device: 'batch-r' }),
      item({ email: 'batch-l@example.com', device: 'batch-r' }),
    ]);
    const [{ profileId }] = results as [IngestResult];
    expect(results.map((result) => [result.status, result.profileId])).toEqual(
      Array(3).fill(['ACCEPTED', profileId]),
    );
    const query =
      'query ($id: ID!) { profile(id: $id) { identifiers { nodes { value } } mergedFrom { nodes { id } } } }';
    expect(expectNoErrors(await gql(server, query, { id: profileId })).profile).toEqual({
      identifiers: { nodes: [{ value: 'batch-r' }, { value: 'batch-l@example.com' }] },
      mergedFrom: { nodes: [] },
    });
  });
});

describe('an identifier that stands for nobody in particular', () => {
  it('is left aside, on record, and the item goes by the others', async () => {
    const [first, second] = await seed(server, [
      item({ device: 'unknown', email: 'some@example.com' }),
      item({ device: 'unknown', email: 'any@example.com' }),
    ]);
    expect(first).not.toBe(second);
    expect(await identifiersOf('device', 'unknown')).toBeUndefined();
    const { rows } = await asAdmin(server.databaseUrl, (client) =>
      client.query(`select kind, namespace, value, held_by from identity_conflict`),
    );
    expect(rows).toEqual(
      Array(2).fill({ kind: 'BLOCKED', namespace: 'device', value: 'unknown', held_by: null }),
    );
  });

  it('is no reason to accept an item that has no other: nothing of it is kept', async () => {
    const before = await snapshotTables(server, { except: ['quarantine'] });
    const [result] = await ingest(server, [event({ device: 'unknown', external: 'NULL' }, 'visit')]);
    expect(result).toMatchObject({
      status: 'REJECTED',
      eventId: null,
      profileId: null,
      errors: [{ code: 'IDENTIFIERS_BLOCKED', path: ['input', 'items', '0', 'identifiers'] }],
    });
    expect(await snapshotTables(server, { except: ['quarantine'] })).toEqual(before);
  });
});

it('leaves no identifier without a living profile, and no living profile without an identifier', async () => {
  const { rows } = await asAdmin(server.databaseUrl, (client) =>
    client.query(`select
      (select count(*)::int from identifier i where not exists (select from profile p where p.shard = i.profile_shard and p.id = i.profile_id and p.merged_into is null)) as lost,
      (select count(*)::int from profile p where p.merged_into is null and not exists (select from identifier i where p.shard = i.profile_shard and p.id = i.profile_id)) as nameless`),
  );
  expect(rows).toEqual([{ lost: 0, nameless: 0 }]);
});
