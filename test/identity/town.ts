import pg from 'pg';
import { Merging } from '../../src/identity/index.js';
import { mergeProfiles } from '../../src/identity/merge-profiles.js';
import { unmergeProfiles } from '../../src/identity/unmerge-profiles.js';
import { ALL } from '../../src/features.js';
import { evaluateMembership } from '../../src/segments/evaluate-membership.js';
import { segmentCatalogue } from '../../src/segments/segment-catalogue.js';
import {
  atEnd,
  createSegment,
  expectNoErrors,
  gql,
  ManualClock,
  startQueue,
  startServer,
} from '../kit/index.js';
import type { OwnQueue, TestServer } from '../kit/index.js';
import { SEGMENTS } from './plainly.js';
import type { Arrived, PlainPerson, Told } from './plainly.js';

export const NOW = new Date('2026-03-01T12:00:00.000Z');
const KEY_ID = '00000000-0000-0000-0000-000000000001';

/** Where many small streams of items run at once: each has names of its own, so that none meets another. */
export class Town {
  /** Ids of sources, the lesser first. */
  sources: string[] = [];
  private streams = 0;
  /** See `begin`. */
  since = NOW;
  /** When an item arrived, by stream and number. */
  private readonly arrivals = new Map<string, { place: number; receivedAt: string }>();
  private readonly merging = new Merging(ALL.parts, ALL.lookAgain);

  private constructor(
    readonly server: TestServer,
    readonly clock: ManualClock,
    readonly writers: readonly [OwnQueue, OwnQueue],
    private readonly admin: pg.Client,
  ) {}

  static async found(): Promise<Town> {
    const clock = new ManualClock(NOW);
    const server = await startServer({ clock });
    expectNoErrors(
      await gql(
        server,
        'mutation { createSource(input: { key: "crm", name: "CRM" }) { userErrors { code } } }',
      ),
    );
    for (const [key, { rule }] of Object.entries(SEGMENTS)) await createSegment(server, key, rule);
    const admin = new pg.Client({ connectionString: server.databaseUrl });
    await admin.connect();
    atEnd(() => admin.end());
    const town = new Town(server, clock, [await startQueue(server), await startQueue(server)], admin);
    const rows = await town.query<{ id: string }>('select id from source order by id');
    town.sources = rows.map(({ id }) => id);
    return town;
  }

  /** From now on only who comes to be after this is told of: what was before would only take time. */
  begin(): void {
    this.since = this.clock.advance(1_000);
  }

  /** A number that no stream has had, for its names. */
  newStream(): number {
    return (this.streams += 1);
  }

  /** Sends items, all of which must be accepted. */
  async send(items: readonly { stream: number; told: Told }[], writer: 0 | 1 = 0): Promise<void> {
    const { itemsOf, queue } = this.writers[writer];
    const parsed = itemsOf(
      items.map(({ stream, told }) => ({
        externalId: `${stream}-${told.number}`,
        occurredAt: told.at,
        identifiers: told.identifiers.map((one) => ({ ...one, value: valueIn(stream, one) })),
        attributes: told.attributes,
        ...(told.type !== null && { type: told.type, properties: { number: told.number } }),
      })),
    ).map((item, index) => ({ ...item, sourceId: items[index]?.told.source ?? '' }));
    for (const { externalId, arrival, receivedAt } of parsed)
      this.arrivals.set(externalId ?? '', { place: arrival, receivedAt: receivedAt.toISOString() });
    const outcomes = await queue.submit(this.server.workspaceId, parsed);
    expect(outcomes.filter(({ status }) => status !== 'ACCEPTED')).toEqual([]);
  }

  /** Items that were sent, in the order of their arrival, with when they were received where they do not say when. */
  asArrived(stream: number, sent: readonly Told[]): Arrived[] {
    const arrivalOf = ({ number }: Told) => {
      const arrival = this.arrivals.get(`${stream}-${number}`);
      if (!arrival) throw new Error('what has arrived was sent');
      return arrival;
    };
    return sent
      .toSorted((a, b) => arrivalOf(a).place - arrivalOf(b).place)
      .map((told) => ({ ...told, at: told.at ?? arrivalOf(told).receivedAt }));
  }

  async merge(profileIds: readonly string[], survivorId: string | null = null): Promise<void> {
    await this.writers[0].database.transaction(this.server.workspaceId, (tx) =>
      mergeProfiles(tx, {
        profileIds,
        survivorId,
        keyId: KEY_ID,
        now: this.clock.now(),
        merging: this.merging,
      }),
    );
  }

  async unmerge(mergeId: string): Promise<void> {
    await this.writers[1].database.transaction(this.server.workspaceId, (tx) =>
      unmergeProfiles(tx, { mergeId, keyId: KEY_ID, now: this.clock.now(), merging: this.merging }),
    );
  }

  /** Looks at everybody for every segment, so that what is due by time is exact and not only in time. */
  async settle(): Promise<void> {
    await this.writers[0].database.transaction(this.server.workspaceId, async (tx) => {
      const catalogue = await segmentCatalogue.read(tx);
      const profiles = await tx.query<{ shard: number; id: string }>(
        'select shard, id from profile where merged_into is null and created_at >= $1',
        [this.since],
      );
      const looks = profiles.map((profile) => ({ profile, segments: catalogue.kept }));
      const now = this.clock.now();
      await evaluateMembership(tx, { catalogue, looks, now, cause: 'TIME', rechecks: 'all' });
    });
  }

  /** Everybody in these streams, by stream. */
  async people(streams: readonly number[]): Promise<Map<number, PlainPerson[]>> {
    const rows = await this.query<{
      identifiers: { namespace: string; value: string }[];
      attributes: Record<string, unknown>;
      provenance: Record<string, string>;
      events: number[];
      segments: string[];
    }>(
      `
      select p.attributes, p.provenance,
        (select json_agg(json_build_object('namespace', i.namespace, 'value', i.value))
          from identifier i where i.profile_shard = p.shard and i.profile_id = p.id) as identifiers,
        array(select (e.properties ->> 'number')::int from event e where e.shard = p.shard and e.profile_id = p.id order by 1) as events,
        array(select s.key from membership m join segment s on s.id = m.segment_id where m.shard = p.shard and m.profile_id = p.id order by s.key collate "C") as segments
      from profile p where p.merged_into is null and p.created_at >= $1`,
      [this.since],
    );
    const found = new Map<number, PlainPerson[]>(streams.map((stream) => [stream, []]));
    for (const { identifiers, attributes, provenance, events, segments } of rows) {
      const named = identifiers.map(({ namespace, value }) => {
        const { stream, name } = nameIn(value);
        return { stream, name: `${namespace}:${name}` };
      });
      found.get(named[0]?.stream ?? 0)?.push({
        identifiers: named.map(({ name }) => name).sort(),
        attributes: Object.fromEntries(
          Object.entries(provenance).map(([key, said]) => {
            const [at = '', source = ''] = said.split(' ');
            return [key, [attributes[key] ?? null, at, source]];
          }),
        ),
        events,
        segments,
      });
    }
    for (const people of found.values()) people.sort(byName);
    return found;
  }

  /** Which profile holds each e-mail address, by stream and name. */
  async holders(): Promise<Map<string, string>> {
    const rows = await this.query<{ value: string; id: string }>(
      `select value, profile_id as id from identifier where namespace = 'email' and first_seen_at >= $1`,
      [this.since],
    );
    return new Map(
      rows.map(({ value, id }) => {
        const { stream, name } = nameIn(value);
        return [`${stream}/${name}`, id];
      }),
    );
  }

  /** What must hold of all tables, whatever happened. */
  async check(): Promise<void> {
    const wrong: Record<string, string> = {
      'sizes that are not the number of members': `
        select s.segment_id from segment_size s where s.size <> (select count(*) from membership m where m.segment_id = s.segment_id)`,
      'entries or exits in the log that follow one of their kind': `
        select * from (select c.*, lag(kind, 1, 'EXITED') over (partition by segment_id, profile_id order by id) as last from change_log c) c where kind = last`,
      'people whom the log has in a segment and who neither are nor are stood for, or the other way round': `
        with logged as (select segment_id, profile_id from (select distinct on (segment_id, profile_id) * from change_log order by segment_id, profile_id, id desc) c where kind = 'ENTERED'),
        inside as (select segment_id, profile_id from membership union all select segment_id, key::uuid from membership, jsonb_each(stands_for))
        (select * from logged except select * from inside) union all (select * from inside except all select * from logged)`,
      'identifiers that are not with the profile that their side went into': `
        select * from identifier i join whole w on w.id = i.recorded_profile_id where i.profile_id <> w.living`,
      'events that are not with the profile that their side went into': `
        select * from event e join whole w on w.id = e.recorded_profile_id where e.profile_id <> w.living`,
      'tombstones without a merge that stands, or the other way round': `
        select p.id from profile p full join (select * from profile_merge where undone_at is null) m on m.absorbed_id = p.id
        where p.merged_into is distinct from m.survivor_id`,
      'sides that do not keep their own facts, or own facts without sides': `
        select p.id from profile p where (p.own_facts is not null) <>
          (p.merged_into is not null or exists (select from profile o where o.merged_into = p.id))`,
      'memberships or rechecks of absorbed profiles': `
        select p.id from profile p where p.merged_into is not null and (
          exists (select from membership m where m.profile_id = p.id) or exists (select from recheck r where r.profile_id = p.id))`,
    };
    const whole = `with recursive whole(id, living) as (
      select id, id from profile where merged_into is null union all
      select p.id, w.living from profile p join whole w on p.merged_into = w.id)`;
    for (const [what, query] of Object.entries(wrong)) {
      const rows = await this.query(query.includes('whole w') ? `${whole} ${query}` : query);
      expect([what, rows]).toEqual([what, []]);
    }
  }

  /** Rows of a table, of everybody of late. `owner` = the column with the id of the profile. */
  async rowsOf<Row>(table: string, owner: string): Promise<Row[]> {
    const rows = await this.query<{ row: Row }>(
      `select to_jsonb(t) as row from ${table} t where ${owner} in (select id from profile where created_at >= $1)`,
      [this.since],
    );
    return rows.map(({ row }) => row);
  }

  async query<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.admin.query<Row>(text, values)).rows;
  }
}

export const byName = (a: PlainPerson, b: PlainPerson) =>
  (a.identifiers[0] ?? '') < (b.identifiers[0] ?? '') ? -1 : 1;

/** Names within a stream are numbers; here they become values that no other stream has. */
function valueIn(stream: number, { namespace, value }: { namespace: string; value: string }): string {
  if (namespace === 'phone') return `+324${String(stream).padStart(6, '0')}${value.padStart(2, '0')}`;
  return `${value}-${stream}${namespace === 'email' ? '@example.com' : ''}`;
}

function nameIn(value: string): { stream: number; name: string } {
  const phone = /^\+324(\d{6})(\d\d)$/.exec(value);
  if (phone) return { stream: Number(phone[1]), name: String(Number(phone[2])) };
  const [, name = '', stream] = /^(\w+)-(\d+)/.exec(value) ?? [];
  return { stream: Number(stream), name };
}
