import { migrate } from '../../src/platform/index.js';
import {
  asAdmin,
  cloneDatabase,
  createSegment,
  event,
  eventually,
  expectNoErrors,
  gql,
  ingest,
  item,
  seed,
  startServer,
} from '../kit/index.js';
import type { TestServer } from '../kit/index.js';

const MIGRATION = 'Migration20261130151000_one_spelling';
const THEN = '2026-01-01T00:00:00Z';
const LATER = '2026-01-02T00:00:00Z';

let server: TestServer;
let databaseUrl: string;

beforeAll(async () => {
  databaseUrl = await cloneDatabase();
  server = await startServer({ databaseUrl });
});

/** Puts values back into the form in which an older server kept them, and migrates again. */
async function upgradeFrom(
  older: readonly { table: string; column: string; is: string; was: string }[],
): Promise<void> {
  await asAdmin(databaseUrl, async (client) => {
    for (const { table, column, is, was } of older) {
      const { rowCount } = await client.query(`update ${table} set ${column} = $2 where ${column} = $1`, [
        is,
        was,
      ]);
      expect(rowCount).toBeGreaterThan(0);
    }
    await client.query('delete from mikro_orm_migrations where name = $1', [MIGRATION]);
  });
  expect(await migrate(databaseUrl)).toEqual([MIGRATION]);
}

const identifier = (is: string, was: string) => ({ table: 'identifier', column: 'value', is, was });

async function holder(namespace: string, value: string) {
  const query = `query ($namespace: String!, $value: String!) { profileByIdentifier(namespace: $namespace, value: $value) {
    id identifiers { nodes { value } } channels { nodes { endpoint isActive consents { state } } } isContactable(channel: EMAIL, purpose: "marketing") } }`;
  return expectNoErrors(await gql(server, query, { namespace, value })).profileByIdentifier;
}

it('identifiers that were kept in an older form are found, and further items are theirs', async () => {
  const values = [
    ['email', 'ada@xn--mnchen-3ya.de', 'ada@münchen.de'],
    ['email', 'bob@example.com', 'mailto:bob@example.com'],
    ['email', 'cyd@example.com', 'cyd@example.com.'],
    ['email', 'dan@example.com', '<dan@example.com>'],
    ['phone', '+5511987654321', '+551187654321'],
    ['phone', '+48221234567', '+480221234567'],
    ['phone', '+2290197123456', '+22997123456'],
    ['external', 'c-17', 'c\u200b-17'],
  ] as const;
  const people = await seed(
    server,
    values.map(([namespace, is]) => item({ [namespace]: is })),
  );
  await upgradeFrom(values.map(([, is, was]) => identifier(is, was)));
  const again = await seed(
    server,
    values.map(([namespace, , was]) => item({ [namespace]: was })),
  );
  expect(again).toEqual(people);
  for (const [index, [namespace, is]] of values.entries())
    expect(await holder(namespace, is)).toMatchObject({
      id: people[index],
      identifiers: { nodes: [{ value: is }] },
    });
});

it('a spelling that somebody else holds already stays where it is', async () => {
  const [older, newer] = await seed(server, [
    item({ external: 'twin-old', email: 'eve@example.net' }),
    item({ email: 'eve@xn--mnchen-3ya.de' }),
  ]);
  await upgradeFrom([identifier('eve@example.net', 'eve@münchen.de')]);
  expect(await holder('email', 'eve@münchen.de')).toMatchObject({ id: newer });
  expect((await holder('external', 'twin-old')).id).toBe(older);
  expect(
    (await holder('external', 'twin-old')).identifiers.nodes
      .map(({ value }: { value: string }) => value)
      .sort(),
  ).toEqual(['eve@münchen.de', 'twin-old']);
});

it('a revocation holds for what was granted in an older form', async () => {
  const said = (state: string, endpoint: string, at: string) => ({
    type: 'EMAIL',
    endpoint,
    consents: [{ state, at }],
  });
  await seed(server, [
    item(
      { external: 'c-18' },
      { channels: [{ ...said('GRANTED', 'fay@example.com', THEN), isActive: false }], occurredAt: THEN },
    ),
  ]);
  await upgradeFrom([
    { table: 'channel', column: 'endpoint', is: 'fay@example.com', was: 'fay@example.com.' },
    { table: 'consent_change', column: 'endpoint', is: 'fay@example.com', was: 'fay@example.com.' },
  ]);
  expect(await holder('external', 'c-18')).toMatchObject({
    channels: { nodes: [{ endpoint: 'fay@example.com', isActive: false, consents: [{ state: 'GRANTED' }] }] },
  });
  await ingest(server, [
    item(
      { external: 'c-18' },
      { channels: [{ ...said('REVOKED', 'fay@example.com.', LATER), isActive: true }], occurredAt: LATER },
    ),
  ]);
  expect(await holder('external', 'c-18')).toMatchObject({
    channels: { nodes: [{ endpoint: 'fay@example.com', isActive: true, consents: [{ state: 'REVOKED' }] }] },
    isContactable: false,
  });
});

it('two forms of one channel become one, of which the newest word holds', async () => {
  await seed(server, [
    item(
      { external: 'c-19' },
      { channels: [{ type: 'EMAIL', endpoint: 'gus@example.net', isActive: false }], occurredAt: LATER },
    ),
    item(
      { external: 'c-19' },
      { channels: [{ type: 'EMAIL', endpoint: 'gus@example.com', isActive: true }], occurredAt: THEN },
    ),
  ]);
  await upgradeFrom([
    { table: 'channel', column: 'endpoint', is: 'gus@example.net', was: 'gus@example.com.' },
  ]);
  expect((await holder('external', 'c-19')).channels.nodes).toEqual([
    { endpoint: 'gus@example.com', isActive: false, consents: [] },
  ]);
});

it('segments on channels are built again where endpoints were joined', async () => {
  const said = (endpoint: string, state: string, at: string) => ({
    channels: [{ type: 'EMAIL', endpoint, consents: [{ state, at }] }],
    occurredAt: at,
  });
  const [profile] = await seed(server, [
    item({ external: 'c-20' }, said('hal@example.net', 'GRANTED', THEN)),
    item({ external: 'c-20' }, said('hal@example.com', 'REVOKED', LATER)),
  ]);
  await createSegment(server, 'mailable', { channel: { type: 'EMAIL', consent: 'GRANTED' } });
  const isMember = async () => {
    const query = `query ($id: ID!) { node(id: $id) { ... on Profile { segments { nodes { segment { key } } } } } }`;
    const { node } = expectNoErrors(await gql(server, query, { id: profile }));
    return node.segments.nodes.length > 0;
  };
  expect(await isMember()).toBe(true);
  await upgradeFrom([
    { table: 'channel', column: 'endpoint', is: 'hal@example.net', was: 'hal@example.com.' },
    { table: 'consent_change', column: 'endpoint', is: 'hal@example.net', was: 'hal@example.com.' },
  ]);
  await eventually('the segment is built again', async () => !(await isMember()));
});

it('types and attributes are found under their names, whatever white space was around them', async () => {
  for (const key of ['parcel', 'letter', 'caf\u00e9'])
    expectNoErrors(
      await gql(
        server,
        'mutation ($key: String!) { defineEventType(input: { key: $key, properties: [{ key: "to", type: TEXT, isRequired: true }] }) { userErrors { code } } }',
        { key },
      ),
    );
  await upgradeFrom([
    { table: 'definition', column: 'key', is: 'parcel', was: '\u00a0parcel' },
    { table: 'definition', column: 'key', is: 'letter', was: 'letter\t' },
    { table: 'definition', column: 'key', is: 'caf\u00e9', was: 'cafe\u0301 ' },
  ]);
  for (const key of ['parcel', 'letter', 'caf\u00e9'])
    expect(await ingest(server, [event({ external: 'c-21' }, key, {})])).toMatchObject([
      { status: 'REJECTED', errors: [{ code: 'PROPERTY_REQUIRED' }] },
    ]);
});
