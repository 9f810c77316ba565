import { ALL } from '../../src/features.js';
import { Builder } from '../../src/segments/builder.js';
import { shareCatalogue } from '../../src/definitions/index.js';
import { peopleOf } from '../../src/identity/index.js';
import { publicId, shardOfId, uuidOf } from '../../src/platform/index.js';
import { erasePeople, lockProfiles, readPeople } from '../../src/profiles/index.js';
import type { KeptRow } from '../../src/profiles/index.js';
import {
  asAdmin,
  createSegment,
  event,
  expectNoErrors,
  gql,
  ingest,
  item,
  ManualClock,
  seed,
  snapshotTables,
  startServer,
} from '../kit/index.js';
import type { TestServer } from '../kit/index.js';

const MERGE =
  'mutation ($ids: [ID!]!) { mergeProfiles(input: { profileIds: $ids }) { merges { id } userErrors { code } } }';
const UNMERGE = 'mutation ($id: ID!) { unmergeProfiles(input: { mergeId: $id }) { userErrors { code } } }';
const REMOVE =
  'mutation ($value: String!) { removeIdentifier(input: { namespace: "device", value: $value }) { userErrors { code } } }';
/** They count how many people there are, and belong to nobody. */
const SIZES = 'segment_size';

/** None of what names people here could be part of an id. */
const RUTHS_PHONE = '+32470123456';
/** Whatever names this person ends with what names Ruth. */
const OTTO = 'x.ruth';

type Rows = Record<string, unknown[]>;

let server: TestServer;

beforeEach(async () => {
  server = await startServer({ clock: new ManualClock() });
  const audit =
    'mutation { updateAttribute(input: { key: "city", isAudited: true }) { userErrors { code } } }';
  expectNoErrors(await gql(server, audit));
  await createSegment(server, 'recent', { event: { type: 'purchase', withinLast: { days: 30 } } });
  await createSegment(server, 'local', { attribute: { key: 'city', is: { equals: 'Ghent' } } });
});

/** Somebody with something in every table; all that names them begins with their name. @returns the profile */
async function live(name: string, phone: string): Promise<string> {
  const email = `${name}@example.com`;
  const [profile = ''] = await seed(server, [
    event(
      { external: `${name}-1`, email, phone },
      'purchase',
      { total: 5 },
      {
        externalId: `signup:${email}`,
        attributes: { city: 'Ghent', nickname: `${name}-nick` },
        tags: { add: ['vip'], adopt: ['member'] },
        channels: [{ type: 'EMAIL', endpoint: email, consents: [{ state: 'GRANTED' }] }],
      },
    ),
  ]);
  // Leaves the segment and enters it again: the first entry and the exit are in the log.
  for (const city of ['Bonn', 'Ghent']) {
    (server.clock as ManualClock).advance(1_000);
    await seed(server, [item({ email }, { attributes: { city }, externalId: `${city}/${email}` })]);
  }
  await seed(server, [event({ device: `${name}-device` }, 'visit')]);
  await seed(server, [event({ email, device: `${name}-device` }, 'visit')]);
  // A placeholder is left aside.
  await seed(server, [item({ email, device: 'unknown' })]);
  const ahead = new Date(server.clock.now().getTime() + 3_600_000).toISOString();
  await seed(server, [
    event({ email }, 'purchase', {}, { occurredAt: ahead, attributes: { city: 'Ghent' } }),
  ]);
  const rejected = await ingest(server, [
    item({ email: ` ${email.toUpperCase()} ` }, { properties: { note: 'without a type' } }),
    item({ external: `${name}-1` }, { properties: {} }),
    item({ device: 'unknown' }, { attributes: { writtenBy: email } }),
    item({ device: 'unknown' }, { externalId: `lost:${email}` }),
    item({ device: 'unknown' }, { attributes: { note: `from\n${email}` } }),
    item({ device: 'unknown' }, { attributes: { [`to\t${email}`]: true } }),
  ]);
  expect(rejected.map(({ status }) => status)).toEqual(Array(6).fill('REJECTED'));
  return profile;
}

/** Merges a profile of another person into this one by hand, and takes it back. @returns that profile */
async function mistake(profile: string, name: string): Promise<string> {
  const [twin = ''] = await seed(server, [event({ device: `${name}-tablet` }, 'visit')]);
  const { mergeProfiles } = expectNoErrors(await gql(server, MERGE, { ids: [profile, twin] }));
  await seed(server, [event({ device: `${name}-tablet` }, 'purchase')]);
  const undone = await gql(server, UNMERGE, { id: mergeProfiles.merges[0].id });
  expect(expectNoErrors(undone).unmergeProfiles.userErrors).toEqual([]);
  return twin;
}

/** As if a segment were being built while these were looked at. */
async function touch(...profiles: readonly string[]): Promise<void> {
  await asAdmin(server.databaseUrl, async (client) => {
    for (const id of profiles.map((profile) => uuidOf('profile', profile) ?? ''))
      await client.query('insert into build_touch values ($1, gen_random_uuid(), $2)', [
        shardOfId(server.workspaceId, id),
        id,
      ]);
  });
}

/** Two people with something in every table, of whom one is to go. */
async function town() {
  const ruth = await live('ruth', RUTHS_PHONE);
  const otto = await live(OTTO, `${RUTHS_PHONE};ext=12`);
  // A limit keeps them apart, and leaves the address of the other one aside.
  await seed(server, [item({ external: 'ruth-1', email: `${OTTO}@example.com` })]);
  await seed(server, [item({ external: `${OTTO}-1`, email: 'ruth@example.com' })]);
  await seed(server, [item({ external: `${OTTO}-1`, device: 'ruth-device' })]);
  const removed = await gql(server, REMOVE, { value: 'ruth-device' });
  expect(expectNoErrors(removed).removeIdentifier.userErrors).toEqual([]);
  const twin = await mistake(ruth, 'stranger');
  await touch(ruth, otto);
  return { ruth, otto, twin };
}

function uuidsOf(profiles: readonly string[]): string[] {
  return profiles.flatMap((one) => uuidOf('profile', one) ?? []);
}

async function readAll(profiles: readonly string[]): Promise<{ rows: KeptRow[]; ids: string[] }> {
  const snapshot = server.database.snapshot(server.workspaceId);
  try {
    const tx = await snapshot.transaction();
    const people = await peopleOf(tx, uuidsOf(profiles));
    const rows: KeptRow[] = [];
    for await (const row of readPeople(tx, { parts: ALL.parts, people })) rows.push(row);
    return { rows, ids: people.profiles.map(({ id }) => id) };
  } finally {
    await snapshot.end();
  }
}

async function erase(profiles: readonly string[]): Promise<number> {
  return server.database.transaction(server.workspaceId, async (tx) => {
    shareCatalogue(tx);
    const people = await peopleOf(tx, uuidsOf(profiles));
    await lockProfiles(tx, { profiles: people.profiles, keys: [] });
    return erasePeople(tx, { parts: ALL.parts, people });
  });
}

/** The rows that hold one of these words, other than where it stands for Otto. */
function holding(tables: Rows, words: readonly string[]): string[] {
  const withoutOtto = (row: string) =>
    row.toLowerCase().replaceAll(OTTO, 'otto').replaceAll(`${RUTHS_PHONE};ext=12`, 'his');
  return Object.entries(tables).flatMap(([table, rows]) =>
    rows
      .map((row) => `${table} ${JSON.stringify(row)}`)
      .filter((row) => words.some((word) => withoutOtto(row).includes(word))),
  );
}

/** What is left of the tables when these rows are taken out, each of them once. */
function without(tables: Rows, gone: readonly KeptRow[]): Rows {
  const names = new Set(gone.map(({ table, row }) => `${table} ${JSON.stringify(row)}`));
  return Object.fromEntries(
    Object.entries(tables).map(([table, rows]) => [
      table,
      rows.filter((row) => !names.has(`${table} ${JSON.stringify(row)}`)),
    ]),
  );
}

it('all that is kept of a person is read, from every table of people, and each row once', async () => {
  const { ruth } = await town();
  const { rows, ids } = await readAll([ruth]);
  expect([...new Set(rows.map(({ table }) => table))].sort()).toEqual(
    ALL.parts.flatMap(({ tables }) => tables).sort(),
  );
  const all = await snapshotTables(server);
  const words = ['ruth', RUTHS_PHONE, ...ids];
  const missed = holding(without(all, rows), words);
  expect(missed).toEqual([]);
  expect(new Set(rows.map((row) => JSON.stringify(row))).size).toBe(rows.length);
});

it('nothing is left of a person who is erased, and nothing else is changed', async () => {
  const { ruth, otto } = await town();
  const before = await snapshotTables(server);
  const { rows, ids } = await readAll([ruth]);
  const ofOtto = rows.filter(({ row }) => JSON.stringify(row).includes(`${OTTO}@example.com`));
  // A conflict is about both.
  expect(new Set(ofOtto.map(({ table }) => table))).toEqual(new Set(['identity_conflict']));
  expect(await erase([ruth])).toBe(rows.length);
  const after = await snapshotTables(server);
  expect(holding(after, ['ruth', RUTHS_PHONE, ...ids])).toEqual([]);
  const expected = without(before, rows);
  expect({ ...after, [SIZES]: [] }).toEqual({ ...expected, [SIZES]: [] });
  expect((await readAll([otto])).rows.length).toBeGreaterThan(30);
});

it('segments are as large afterwards as they have members', async () => {
  const { ruth } = await town();
  await erase([ruth]);
  const sizes = await asAdmin(server.databaseUrl, (client) =>
    client.query(`select s.key, z.size::int, (select count(*)::int from membership m where m.segment_id = s.id) as members
      from segment s join segment_size z on z.segment_id = s.id order by s.key`),
  );
  expect(sizes.rows).toEqual([
    { key: 'local', size: 1, members: 1 },
    { key: 'recent', size: 2, members: 2 },
  ]);
});

it('an absorbed profile stands for the whole person, and several people go at once', async () => {
  const { ruth, otto, twin } = await town();
  const [absorbed] = expectNoErrors(
    await gql(server, 'query ($id: ID!) { profile(id: $id) { mergedFrom { nodes { absorbedId } } } }', {
      id: ruth,
    }),
  ).profile.mergedFrom.nodes;
  expect(await readAll([absorbed.absorbedId])).toEqual(await readAll([ruth]));
  const { rows } = await readAll([ruth, otto, twin]);
  expect(await erase([absorbed.absorbedId, otto, twin])).toBe(rows.length);
  const after = await snapshotTables(server);
  for (const table of ALL.parts.flatMap(({ tables }) => tables))
    if (table !== 'receipt') expect([table, after[table]]).toEqual([table, []]);
  // What an item without an event has left behind leads to nobody.
  const receipts = after.receipt as { external_id: string; event_id: string | null }[];
  expect(receipts.filter((one) => one.event_id !== null)).toEqual([]);
  expect(receipts.map((one) => one.external_id)).not.toContainEqual(expect.stringMatching(/ruth/));
});

describe('somebody who is erased while a segment is built', () => {
  afterEach(() => {
    delete (server.database as Partial<typeof server.database>).lookingForWork;
  });

  it('does not come back with what the build found out before', async () => {
    const everybody = await seed(
      server,
      Array.from({ length: 6 }, (_, index) => event({ external: `person-${index}` }, 'visit')),
    );
    // Only this test takes steps of the build.
    server.database.lookingForWork = (work) => work({ query: () => Promise.resolve([]) } as never);
    const rule = '{ event: { type: "visit", withinLast: { days: 30 } } }';
    const { createSegment: created } = expectNoErrors(
      await gql(
        server,
        `mutation { createSegment(input: { key: "built", name: "Built", rule: ${rule} }) { userErrors { code } } }`,
      ),
    );
    expect(created.userErrors).toEqual([]);
    const ask = <Row>(text: string) =>
      asAdmin(server.databaseUrl, async (client) => (await client.query(text)).rows as Row[]);
    const [row] = await ask<{ segmentId: string }>(
      `select segment_id as "segmentId" from segment_build where state = 'WAITING'`,
    );
    const build = { workspaceId: server.workspaceId, segmentId: row!.segmentId };
    const builder = new Builder(server.database, server.clock, { least: 1, most: 1 });
    expect(await builder.advance(build)).toBe(true);
    const inside = async () =>
      (
        await ask<{ id: string }>(
          `select profile_id as id from membership where segment_id = '${build.segmentId}'`,
        )
      ).map(({ id }) => id);
    const [first] = await inside();
    const [gone = '', ...left] = uuidsOf(everybody).filter((id) => id !== first);
    await erase([publicId('profile', gone)]);
    while (await builder.advance(build));

    expect((await inside()).sort()).toEqual([first, ...left].sort());
    for (const table of ['membership', 'membership_change', 'recheck'])
      expect([table, await ask(`select from ${table} where profile_id = '${gone}'`)]).toEqual([table, []]);
    expect(await ask(`select size::int from segment_size where segment_id = '${build.segmentId}'`)).toEqual([
      { size: 5 },
    ]);
  });
});

it('nobody is found by ids of no profile', async () => {
  await town();
  const before = await snapshotTables(server);
  expect(await readAll(['profile_01h455vb4pex5vsknk084sn02q'])).toEqual({ rows: [], ids: [] });
  expect(await erase(['profile_01h455vb4pex5vsknk084sn02q'])).toBe(0);
  expect(await snapshotTables(server)).toEqual(before);
});
