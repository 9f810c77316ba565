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
import type { ItemInput, TestServer } from '../kit/index.js';

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
});

const identifiersOf = async (namespace: string, value: string) => {
  const query = `query ($namespace: String!, $value: String!) { profileByIdentifier(namespace: $namespace, value: $value) { identifiers { namespace value } } }`;
  const { profileByIdentifier } = expectNoErrors(await gql(server, query, { namespace, value }));
  return profileByIdentifier?.identifiers.map(
    (one: { namespace: string; value: string }) => `${one.namespace}:${one.value}`,
  );
};

describe('identifiers', () => {
  it.each([
    ['email', '  Ada.LOVELACE@Example.COM ', 'ada.lovelace@example.com'],
    ['email', 'ZOË@exämple.org', 'zoë@exämple.org'],
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
    const before = await snapshotTables(server);
    const [result] = await ingest(server, [item({ [namespace]: value })]);
    expect(result).toMatchObject({
      status: 'REJECTED',
      errors: [{ code: 'IDENTIFIER_INVALID', path: ['input', 'items', '0', 'identifiers', '0', 'value'] }],
    });
    expect(result?.errors[0]?.message).not.toContain(value);
    expect(await snapshotTables(server)).toEqual(before);
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
  let linking: ItemInput;
  let left: string;
  let right: string;

  beforeAll(async () => {
    await createSegment(server, 'linked', { attribute: { key: 'linked', is: { exists: true } } });
    [left, right] = (await seed(server, [
      item({ email: 'left@example.com' }),
      item({ device: 'right-d' }),
    ])) as [string, string];
    linking = event(
      { email: 'left@example.com', device: 'right-d', external: 'unseen' },
      'visit',
      { page: 1 },
      {
        attributes: { linked: true },
      },
    );
  });

  it('is rejected, and nothing of it is applied: no event, attribute, identifier, receipt or membership', async () => {
    const before = await snapshotTables(server);
    const [result] = await ingest(server, [linking]);
    expect(result).toEqual({
      status: 'REJECTED',
      externalId: linking.externalId,
      eventId: null,
      profileId: null,
      errors: [
        {
          code: 'IDENTIFIERS_OF_SEVERAL_PROFILES',
          path: ['input', 'items', '0', 'identifiers'],
          message: expect.stringContaining('identifiers of one of them'),
        },
      ],
    });
    expect(await snapshotTables(server)).toEqual(before);
    expect(await identifiersOf('external', 'unseen')).toBeUndefined();
  });

  it('does no harm to those around it, which may even use the identifier that it would have brought', async () => {
    const results = await ingest(server, [
      item({ email: 'left@example.com' }),
      { ...linking, externalId: 'linking-among-others' },
      item({ device: 'right-d' }),
      item({ external: 'unseen-2' }),
    ]);
    expect(results.map((result) => [result.status, result.profileId])).toEqual([
      ['ACCEPTED', left],
      ['REJECTED', null],
      ['ACCEPTED', right],
      ['ACCEPTED', expect.stringMatching(/^profile_/)],
    ]);
  });

  it('is rejected also when both profiles come to be in the same batch', async () => {
    const results = await ingest(server, [
      item({ email: 'batch-l@example.com' }),
      item({ device: 'batch-r' }),
      item({ email: 'batch-l@example.com', device: 'batch-r' }),
    ]);
    expect(results.map((result) => result.status)).toEqual(['ACCEPTED', 'ACCEPTED', 'REJECTED']);
  });

  it('can be sent again with the identifiers of one of them, under the same externalId', async () => {
    const mended = {
      ...linking,
      identifiers: linking.identifiers.filter((one) => one.namespace !== 'device'),
    };
    const [result] = await ingest(server, [mended]);
    expect(result).toMatchObject({ status: 'ACCEPTED', profileId: left, errors: [] });
    const query = `query ($id: ID!) { profile(id: $id) { attribute(key: "linked") segments { segment { key } } events { nodes { properties } } } }`;
    expect(expectNoErrors(await gql(server, query, { id: left })).profile).toEqual({
      attribute: true,
      segments: [{ segment: { key: 'linked' } }],
      events: { nodes: [{ properties: { page: 1 } }] },
    });
  });
});

it('leaves no identifier without a profile, and no profile without an identifier', async () => {
  const { rows } = await asAdmin(server.databaseUrl, (client) =>
    client.query(`select
      (select count(*)::int from identifier i where not exists (select from profile p where p.shard = i.profile_shard and p.id = i.profile_id)) as lost,
      (select count(*)::int from profile p where not exists (select from identifier i where p.shard = i.profile_shard and p.id = i.profile_id)) as nameless`),
  );
  expect(rows).toEqual([{ lost: 0, nameless: 0 }]);
});
