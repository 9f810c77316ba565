import pg from 'pg';
import {
  atEnd,
  createSegment,
  defineEventType,
  defineNamespace,
  event,
  eventually,
  expectNoErrors,
  gql,
  ingest,
  item,
  newTenant,
  seed,
  startServer,
} from '../kit/index.js';
import type { TestServer } from '../kit/index.js';

/** Hold no rows of a workspace. */
const OUTSIDE = ['installation', 'mikro_orm_migrations'];
const OF_WORKSPACE: Record<string, string> = { workspace: 'id = $1' };
const INSUFFICIENT_PRIVILEGE = '42501';

interface Table {
  name: string;
  secured: boolean;
  forced: boolean;
  owner: string;
  policies: number;
  /** Without those that PostgreSQL generates: nobody can put a value into them. */
  columns: string[];
}

let server: TestServer;
let other: { workspaceId: number; key: string };
let admin: pg.Client;
let asServer: pg.Client;
let tables: Table[];

beforeAll(async () => {
  server = await startServer();
  other = await newTenant(server);
  for (const key of [server.key, other.key]) {
    await defineNamespace(server, { key: 'loyalty', semanticType: 'EXTERNAL' }, { key });
    await defineEventType(server, { key: 'order' }, { key });
    await createSegment(server, 'recent', { event: { type: 'purchase', withinLast: { days: 30 } } }, { key });
    await createSegment(server, 'local', { attribute: { key: 'city', is: { equals: 'Ghent' } } }, { key });
    await audit(server, 'city', key);
    await seed(
      server,
      [event({ email: 'ada@example.com' }, 'purchase', {}, { attributes: { city: 'Ghent' } })],
      { key },
    );
    await seed(server, [item({ email: 'ada@example.com' }, { attributes: { city: 'Bonn' } })], { key });
    await seed(server, [item({ phone: '+32470123456', device: 'unknown' })], { key });
    await seed(server, [event({ email: 'ada@example.com' }, 'undefined')], { key });
    await ingest(server, [item({ email: 'nobody' })], { key });
    const channel = { type: 'EMAIL', endpoint: 'ada@example.com', consents: [{ state: 'GRANTED' }] };
    await seed(
      server,
      [item({ email: 'ada@example.com' }, { channels: [channel], tags: { adopt: ['member'] } })],
      {
        key,
      },
    );
    await seed(server, [item({ email: 'ada@example.com', phone: '+32470123456' })], { key });
    const recount = 'mutation { recountSegments(input: {}) { userErrors { code } } }';
    expectNoErrors(await gql(server, recount, {}, { key }));
    const occurredAt = new Date(Date.now() + 3_600_000).toISOString();
    await seed(server, [event({ email: 'ada@example.com' }, 'purchase', {}, { occurredAt })], { key });
  }
  admin = await client();
  // Holds rows only while a segment is built.
  for (const { workspaceId } of [server, other])
    await admin.query(
      `insert into build_touch (shard, segment_id, profile_id) values ($1, gen_random_uuid(), gen_random_uuid())`,
      [workspaceId * 256],
    );
  asServer = await client();
  await asServer.query('set role onefold_server');
  const { rows } = await admin.query<Table>(`
    select c.relname as name, c.relrowsecurity as secured, c.relforcerowsecurity as forced,
      pg_get_userbyid(c.relowner) as owner,
      (select count(*)::int from pg_policy p where p.polrelid = c.oid) as policies,
      (select array_agg(a.attname::text) from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns
    from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') order by 1`);
  tables = rows.filter((table) => !OUTSIDE.includes(table.name));
  await eventually('every table holds rows of both workspaces', async () => {
    for (const { workspaceId } of [server, other])
      for (const table of tables) if ((await rowsOf(admin, table, workspaceId)) === 0) return false;
    return true;
  });
});

async function audit(of: TestServer, attribute: string, key: string): Promise<void> {
  const query = `mutation ($key: String!) { updateAttribute(input: { key: $key, isAudited: true }) { userErrors { code } } }`;
  expectNoErrors(await gql(of, query, { key: attribute }, { key }));
}

async function client(): Promise<pg.Client> {
  const connected = new pg.Client({ connectionString: server.databaseUrl });
  await connected.connect();
  atEnd(() => connected.end());
  return connected;
}

/** Runs `work` as the server does, in a transaction with these settings, and undoes it. */
async function within<T>(settings: Record<string, string | number>, work: () => Promise<T>): Promise<T> {
  await asServer.query('begin');
  try {
    for (const [name, value] of Object.entries(settings))
      await asServer.query(`set local ${name} = '${value}'`);
    return await work();
  } finally {
    await asServer.query('rollback');
  }
}

async function rowsOf(by: pg.Client, table: Table, workspaceId: number): Promise<number> {
  const { rows } = await by.query<{ count: number }>(
    `select count(*)::int from ${table.name} where ${conditionOf(table)}`,
    [workspaceId],
  );
  return rows[0]?.count ?? 0;
}

function conditionOf({ name, columns }: Table): string {
  return OF_WORKSPACE[name] ?? (columns.includes('shard') ? 'shard / 256 = $1' : 'workspace_id = $1');
}

async function countIn(by: pg.Client, name: string): Promise<number> {
  return (await by.query<{ count: number }>(`select count(*)::int from ${name}`)).rows[0]?.count ?? 0;
}

it('is on, forced and has a policy for every table', () => {
  expect(tables.map((table) => table.name)).toEqual(
    expect.arrayContaining([
      'api_key',
      'event',
      'identifier',
      'membership',
      'membership_change',
      'profile',
      'receipt',
    ]),
  );
  const lacking = tables.filter((table) => !table.secured || !table.forced || table.policies === 0);
  expect(lacking).toEqual([]);
});

it('holds for every table a column that says whose its rows are', () => {
  const lacking = tables.filter(
    ({ name, columns }) =>
      !OF_WORKSPACE[name] && !columns.includes('shard') && !columns.includes('workspace_id'),
  );
  expect(lacking).toEqual([]);
});

describe('the role of the server', () => {
  it('is the one that the server works as', async () => {
    const [row] = await server.database.transaction(server.workspaceId, (tx) =>
      tx.query('select current_user as role'),
    );
    expect(row).toEqual({ role: 'onefold_server' });
  });

  it('cannot bypass it: no superuser, no BYPASSRLS, no owner, and no member of a role that is', async () => {
    const { rows } = await admin.query(
      `select rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolcanlogin from pg_roles r
      where pg_has_role('onefold_server', r.oid, 'member')`,
    );
    expect(rows).toEqual([
      {
        rolname: 'onefold_server',
        rolsuper: false,
        rolbypassrls: false,
        rolcreaterole: false,
        rolcreatedb: false,
        rolcanlogin: false,
      },
    ]);
    expect(tables.filter((table) => table.owner === 'onefold_server')).toEqual([]);
  });

  it('cannot turn it off, nor make or change tables', async () => {
    for (const statement of [
      'alter table profile disable row level security',
      'drop policy workspace_rows on profile',
      'create table mine (id int)',
      'truncate profile',
      'select * from mikro_orm_migrations',
    ]) {
      await expect(within({}, () => asServer.query(statement))).rejects.toMatchObject({
        code: INSUFFICIENT_PRIVILEGE,
      });
    }
  });
});

it('shows no row of any table while no workspace is set', async () => {
  for (const { name } of tables) {
    expect([name, await within({}, () => countIn(asServer, name))]).toEqual([name, 0]);
    expect([name, await within({ 'onefold.workspace_id': '' }, () => countIn(asServer, name))]).toEqual([
      name,
      0,
    ]);
  }
});

it('shows every row of the workspace that is set, and none of another', async () => {
  for (const table of tables) {
    const own = await rowsOf(admin, table, server.workspaceId);
    expect(own).toBeGreaterThan(0);
    await within({ 'onefold.workspace_id': server.workspaceId }, async () => {
      expect([table.name, await countIn(asServer, table.name)]).toEqual([table.name, own]);
      expect([table.name, await rowsOf(asServer, table, other.workspaceId)]).toEqual([table.name, 0]);
    });
  }
});

it('lets nobody change or delete a row of another workspace', async () => {
  for (const table of tables) {
    const column = table.columns.find((name) => ['shard', 'workspace_id', 'id'].includes(name)) ?? '';
    await within({ 'onefold.workspace_id': server.workspaceId }, async () => {
      const { rowCount: changed } = await asServer.query(
        `update ${table.name} set ${column} = ${column} where ${conditionOf(table)}`,
        [other.workspaceId],
      );
      expect([table.name, changed]).toEqual([table.name, 0]);
      const { rowCount: deleted } = await asServer.query(
        `delete from ${table.name} where ${conditionOf(table)}`,
        [other.workspaceId],
      );
      expect([table.name, deleted]).toEqual([table.name, 0]);
    });
  }
});

it('lets nobody put a row into another workspace', async () => {
  for (const table of tables) {
    const key = ['workspace_id', 'shard', 'id'].find((name) => table.columns.includes(name)) ?? '';
    const foreign = key === 'shard' ? other.workspaceId * 256 : other.workspaceId;
    const columns = table.columns.map((column) => (column === key ? String(foreign) : column)).join(', ');
    const insert = `insert into ${table.name} (${table.columns.join(', ')}) select ${columns} from ${table.name} limit 1`;
    const move = `update ${table.name} set ${key} = ${foreign}`;
    for (const statement of [insert, move]) {
      const attempt = within({ 'onefold.workspace_id': server.workspaceId }, () => asServer.query(statement));
      expect([statement, await attempt.catch((error: pg.DatabaseError) => error.code)]).toEqual([
        statement,
        INSUFFICIENT_PRIVILEGE,
      ]);
    }
  }
});

it('shows who presents the hash of a key that one row, and no other table', async () => {
  const { rows } = await admin.query<{ hash: string }>(
    `select encode(hash, 'hex') as hash from api_key limit 1`,
  );
  const presented = { 'onefold.presented_key': rows[0]?.hash ?? '' };
  for (const { name } of tables) {
    const expected = name === 'api_key' ? 1 : 0;
    expect([name, await within(presented, () => countIn(asServer, name))]).toEqual([name, expected]);
  }
  const update = () => asServer.query(`update api_key set scopes = '{ADMIN}'`);
  expect((await within(presented, update)).rowCount).toBe(0);
});

it('shows who looks for work which runs are to do, but not what was asked for, nor how far they have come', async () => {
  await admin.query(
    `insert into run (workspace_id, id, kind, state, input, counts, due_at, created_at)
    select workspace_id, gen_random_uuid(), 'TEST', state, '{"secret": 1}', '{}', now() + interval '1 day', now()
    from unnest($1::int[]) as workspace_id, unnest('{QUEUED,FAILED}'::text[]) as state`,
    [[server.workspaceId, other.workspaceId]],
  );
  const toDo = () => asServer.query('select * from run_to_do order by workspace_id');
  const { rows, fields } = await within({ 'onefold.work_to_do': 'on' }, toDo);
  expect(rows.map((row) => [row.workspace_id, row.state])).toEqual([
    [server.workspaceId, 'QUEUED'],
    [other.workspaceId, 'QUEUED'],
  ]);
  expect(fields.map(({ name }) => name)).toEqual([
    ...['workspace_id', 'id', 'kind', 'state', 'due_at', 'leased_until'],
  ]);
  expect((await within({ 'onefold.workspace_id': server.workspaceId }, toDo)).rows).toEqual([]);
  await expect(
    within({ 'onefold.work_to_do': 'on' }, () => asServer.query('delete from run_to_do')),
  ).rejects.toMatchObject({ code: INSUFFICIENT_PRIVILEGE });
});

it('shows who looks for work which there is, of all workspaces, and lets them change none of it', async () => {
  const looking = { 'onefold.work_to_do': 'on' };
  for (const table of tables) {
    const visible = ['item_ahead', 'recheck', 'segment_build'].includes(table.name)
      ? await countIn(admin, table.name)
      : 0;
    expect([table.name, await within(looking, () => countIn(asServer, table.name))]).toEqual([
      table.name,
      visible,
    ]);
    const change = () => asServer.query(`delete from ${table.name}`);
    expect([table.name, (await within(looking, change)).rowCount]).toEqual([table.name, 0]);
  }
});
