import pg from 'pg';
import {
  asAdmin,
  atEnd,
  createSegment,
  event,
  eventually,
  expectNoErrors,
  gql,
  ingest,
  item,
  startQueue,
  startServer,
} from '../kit/index.js';
import type { IngestResult, ItemInput, OwnQueue, TestServer } from '../kit/index.js';

/** Who writes to the log of changes holds it (segments/log-changes.ts), after all other locks. */
const LOG_LOCK = 2;

/** Two servers on one database: what they do at the same time, they do in different transactions. */
let servers: [TestServer, TestServer];
let server: TestServer;
let queues: [OwnQueue, OwnQueue];

beforeAll(async () => {
  server = await startServer({ config: { INGEST_CONCURRENCY: 5 } });
  servers = [server, await startServer({ beside: server, config: { INGEST_CONCURRENCY: 5 } })];
  queues = [await startQueue(server), await startQueue(server)];
  await createSegment(server, 'visitors', { event: { type: 'visit', count: { atLeast: 2 } } });
});

/** Sends each batch in a request of its own, all at once, by turns to either server. */
async function atOnce(batches: readonly ItemInput[][]): Promise<IngestResult[]> {
  const answers = await Promise.all(batches.map((items, index) => ingest(servers[index % 2]!, items)));
  return answers.flat();
}

const statusesOf = (results: readonly IngestResult[]) =>
  Object.fromEntries(
    [...Map.groupBy(results, (result) => result.status)].map(([status, those]) => [status, those.length]),
  );

async function count(query: string, values: unknown[] = []): Promise<number> {
  const { rows } = await asAdmin(server.databaseUrl, (client) =>
    client.query<{ count: number }>(`select count(*)::int as count from ${query}`, values),
  );
  return rows[0]?.count ?? -1;
}

const rounds = (times: number) => Array.from({ length: times }, (_, round) => round);

it.each(rounds(20))(
  '20 first sightings of one e-mail address on 20 devices at once give one profile (%i)',
  async (round) => {
    const email = `race-${round}@example.com`;
    const profilesBefore = await count('profile');
    const results = await atOnce(
      rounds(20).map((device) => [event({ email, device: `race-${round}-${device}` }, 'visit')]),
    );
    expect(statusesOf(results)).toEqual({ ACCEPTED: 20 });
    expect(new Set(results.map((result) => result.profileId)).size).toBe(1);
    expect(await count('profile')).toBe(profilesBefore + 1);
    const query = `query ($email: String!) { profileByIdentifier(namespace: "email", value: $email) { id identifiers { nodes { value } } events { nodes { id } } segments { nodes { segment { key } } } } }`;
    const { profileByIdentifier } = expectNoErrors(await gql(server, query, { email }));
    expect(profileByIdentifier.id).toBe(results[0]?.profileId);
    expect(profileByIdentifier.identifiers.nodes).toHaveLength(21);
    expect(profileByIdentifier.events.nodes).toHaveLength(20);
    expect(profileByIdentifier.segments.nodes).toEqual([{ segment: { key: 'visitors' } }]);
  },
);

it.each(rounds(5))(
  'chains of identifiers that are seen at once from both ends give one profile, and nobody is refused (%i)',
  async (round) => {
    const name = (link: number) => `chain-${round}-${link}`;
    const number = (link: number) => `+3247000${round}${String(link).padStart(3, '0')}`;
    const links = rounds(12).map((link) => item({ device: name(link), phone: number(link + 1) }));
    const across = rounds(12).map((link) => item({ phone: number(link), device: name(link) }));
    const results = await atOnce([...links, ...across.reverse()].map((one) => [one]));
    expect(statusesOf(results)).toEqual({ ACCEPTED: 24 });
    const query = `query ($value: String!) { profileByIdentifier(namespace: "device", value: $value) { identifiers { nodes { value } } } }`;
    const { profileByIdentifier } = expectNoErrors(await gql(server, query, { value: name(0) }));
    expect(profileByIdentifier.identifiers.nodes).toHaveLength(25);
    const dead = `identifier i where not exists (select from profile p where p.shard = i.profile_shard and p.id = i.profile_id and p.merged_into is null)`;
    expect(await count(dead)).toBe(0);
    const nameless = `profile p where p.merged_into is null and not exists (select from identifier i where i.profile_shard = p.shard and i.profile_id = p.id)`;
    expect(await count(nameless)).toBe(0);
  },
);

it.each(rounds(5))(
  '20 requests with one item at once: it is accepted once, and the others are duplicates of it (%i)',
  async (round) => {
    const one = event({ external: `same-${round}` }, 'visit', {}, { externalId: `same-${round}` });
    const results = await atOnce(rounds(20).map(() => [one]));
    expect(statusesOf(results)).toEqual({ ACCEPTED: 1, DUPLICATE: 19 });
    expect(new Set(results.map((result) => result.eventId)).size).toBe(1);
    expect(new Set(results.map((result) => result.profileId)).size).toBe(1);
    expect(
      await count('event where type = $1 and id in (select event_id from receipt where external_id = $2)', [
        'visit',
        one.externalId,
      ]),
    ).toBe(1);
  },
);

it.each(rounds(5))(
  '20 requests with one externalId and other bodies at once: one is accepted, the others conflict with it (%i)',
  async (round) => {
    const results = await atOnce(
      rounds(20).map((body) => [
        event({ external: `body-${round}` }, 'visit', { body }, { externalId: `body-${round}` }),
      ]),
    );
    expect(statusesOf(results)).toEqual({ ACCEPTED: 1, CONFLICT: 19 });
    const accepted = results.find((result) => result.status === 'ACCEPTED');
    for (const result of results) expect(result.eventId).toBe(accepted?.eventId);
  },
);

it.each(rounds(3))(
  'batches over the same people in opposite orders at once never block each other for good (%i)',
  async (round) => {
    const people = rounds(100);
    const batch = (number: number) => {
      const items = people.map((person) =>
        event(
          { external: `cross-${round}-${person}`, device: `cross-${round}-${person}-${number}` },
          'visit',
          { number },
          {
            attributes: { last: number },
            occurredAt: new Date(Date.UTC(2026, 0, 1 + number)).toISOString(),
          },
        ),
      );
      return number % 2 ? items.reverse() : items;
    };
    const results = await atOnce(rounds(10).map(batch));
    expect(statusesOf(results)).toEqual({ ACCEPTED: 1_000 });
    expect(new Set(results.map((result) => result.profileId)).size).toBe(100);
    const query = `query ($value: String!) { profileByIdentifier(namespace: "external", value: $value) {
    attribute(key: "last") identifiers { nodes { value } } events { nodes { id } } segments { nodes { segment { key } } } segmentHistory { nodes { kind } } } }`;
    for (const person of [0, 50, 99]) {
      const { profileByIdentifier } = expectNoErrors(
        await gql(server, query, { value: `cross-${round}-${person}` }),
      );
      expect(profileByIdentifier).toMatchObject({
        attribute: 9,
        segments: { nodes: [{ segment: { key: 'visitors' } }] },
        segmentHistory: { nodes: [{ kind: 'ENTERED' }] },
      });
      expect(profileByIdentifier.identifiers.nodes).toHaveLength(11);
      expect(profileByIdentifier.events.nodes).toHaveLength(10);
    }
  },
);

describe('a batch that is at its end, waiting to write to the log', () => {
  let holder: pg.Client;

  beforeAll(async () => {
    await createSegment(server, 'noted', { event: { type: 'note' } });
    holder = new pg.Client({ connectionString: server.databaseUrl });
    await holder.connect();
    atEnd(() => holder.end());
  });

  beforeEach(async () => {
    await holder.query('select pg_advisory_lock($1, $2)', [LOG_LOCK, server.workspaceId]);
  });

  const letGo = () => holder.query('select pg_advisory_unlock($1, $2)', [LOG_LOCK, server.workspaceId]);
  const waiting = (those: number) =>
    eventually(`${those} transactions wait`, async () => {
      const { rows } = await holder.query(
        `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
      );
      return rows.length === those;
    });

  it('keeps a segment that is made meanwhile waiting, so that nobody is passed over', async () => {
    const batch = ingest(server, [event({ external: 'noted' }, 'note')]);
    await waiting(1);
    const segment = createSegment(server, 'noted-too', { event: { type: 'note' } });
    await waiting(2);
    await letGo();
    expect(await batch).toMatchObject([{ status: 'ACCEPTED' }]);
    await segment;
    const sizes = '{ noted: segment(key: "noted") { size } too: segment(key: "noted-too") { size } }';
    expect(expectNoErrors(await gql(server, sizes))).toEqual({ noted: { size: 1 }, too: { size: 1 } });
  });

  it('keeps older facts about the same person waiting, which then do not overwrite its own', async () => {
    const person = { external: 'overtaken' };
    const first = ingest(server, [item(person)]);
    await first;
    const says = (city: string, day: number) => ({
      attributes: { city },
      occurredAt: `2026-01-0${day}T00:00:00Z`,
    });
    const newer = ingest(server, [event(person, 'note', {}, says('Ghent', 2))]);
    await waiting(1);
    const older = ingest(servers[1], [item(person, says('Bruges', 1))]);
    await waiting(2);
    await letGo();
    expect([...(await newer), ...(await older)]).toMatchObject([
      { status: 'ACCEPTED' },
      { status: 'ACCEPTED' },
    ]);
    const query =
      '{ profileByIdentifier(namespace: "external", value: "overtaken") { attribute(key: "city") } }';
    expect(expectNoErrors(await gql(server, query)).profileByIdentifier).toEqual({ attribute: 'Ghent' });
  });
});

it.each(rounds(5))(
  'the same items sent twice at once, in opposite orders, are each accepted once (%i)',
  async (round) => {
    const items = rounds(500).map((number) => event({ external: `both-${round}-${number}` }, 'visit'));
    // Past HTTP and parsing, so that both are in the database at the same moment.
    const [there, back] = [queues[0].itemsOf(items), queues[1].itemsOf(items.toReversed())];
    const [first, second] = await Promise.all([
      queues[0].queue.submit(server.workspaceId, there),
      queues[1].queue.submit(server.workspaceId, back),
    ]);
    second.reverse();
    for (const [index, one] of first.entries()) {
      const other = second[index];
      expect([one.status, other?.status].sort()).toEqual(['ACCEPTED', 'DUPLICATE']);
      expect([one.eventId, one.profileId]).toEqual([other?.eventId, other?.profileId]);
    }
  },
);

it('definitions may change while batches run: nobody fails, and the segment holds whom it should', async () => {
  const visits = rounds(30).map((request) =>
    rounds(10).map((person) => event({ external: `def-${person}` }, 'definition', { request })),
  );
  const [results] = await Promise.all([
    atOnce(visits),
    createSegment(server, 'defined', { event: { type: 'definition', count: { atLeast: 30 } } }),
  ]);
  expect(statusesOf(results)).toEqual({ ACCEPTED: 300 });
  const segment = '{ segment(key: "defined") { size changes { nodes { kind } } } }';
  expect(expectNoErrors(await gql(server, segment)).segment).toEqual({
    size: 10,
    changes: { nodes: rounds(10).map(() => ({ kind: 'ENTERED' })) },
  });
});

it('no lock was ever waited for in a circle, and nothing went wrong', async () => {
  for (const one of servers) {
    await one.stop();
    expect(one.complaints).toEqual([]);
  }
  const { rows } = await asAdmin(server.databaseUrl, (client) =>
    client.query('select deadlocks::int from pg_stat_database where datname = current_database()'),
  );
  expect(rows).toEqual([{ deadlocks: 0 }]);
});

it('a batch that waits for somebody keeps no definitions from others, which it was the first to read', async () => {
  const own = await startServer();
  const [person] = await ingest(own, [event({ external: 'locked' }, 'visit')]);
  const holder = new pg.Client({ connectionString: own.databaseUrl });
  await holder.connect();
  atEnd(() => holder.end());
  for (const round of rounds(5)) {
    // From now on nobody has read the definitions as they are.
    await createSegment(own, `unread-${round}`, { event: { type: 'visit', count: { atLeast: 3 } } });
    await holder.query('update workspace set catalogue_version = catalogue_version + 1');
    await holder.query('begin');
    await holder.query(`select from profile where created_at is not null for update`);
    const waiting = ingest(own, [event({ external: 'locked' }, 'visit')]);
    await eventually('it waits for the profile', async () => {
      return (
        (await count(`pg_stat_activity where wait_event_type = 'Lock' and query like '%lock profiles%'`)) > 0
      );
    });
    const { segments } = expectNoErrors(await gql(own, '{ segments(first: 100) { nodes { key } } }'));
    expect(segments.nodes).toContainEqual({ key: `unread-${round}` });
    await holder.query('commit');
    expect(await waiting).toMatchObject([{ status: 'ACCEPTED', profileId: person!.profileId }]);
  }
});
