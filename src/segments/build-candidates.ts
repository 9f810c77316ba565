import { sql } from 'kysely';
import { BUCKETS, Column, ints, NO_ID, shardOf, shardRange } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import type { ProfileRef } from '../profiles/index.js';
import { passesFor } from './passes-for.js';
import { compileSql, EventPasses, filterOf, nextChangeOf } from '../rules/index.js';
import type { LiveSegment } from './live-segment.js';

/** `E` is to enter, `L` is to leave, `S` stays as it is and is to be looked at by time. */
export type Move = 'E' | 'L' | 'S';

/**
 * What a build has found out of people, in the order of their places in the store. It is left in the format of the
 * database, from which it comes and to which it goes: to read and write a million people here takes seconds.
 */
export class Candidates {
  constructor(
    private readonly workspaceId: number,
    /** Of `uuid`. */
    readonly ids: Column,
    /** Of `"char"`: a `Move` each. */
    readonly moves: Column,
    /** Of `timestamptz`: when time alone may next change it, or `infinity`. Empty where time changes nobody. */
    readonly next: Column,
  ) {}

  get length(): number {
    return this.ids.length;
  }

  /** For `$n::int[]`. */
  get shards(): Buffer {
    return ints(Array.from({ length: this.length }, (_, place) => this.shardAt(place)));
  }

  at(place: number): ProfileRef {
    const digits = this.ids.at(place).toString('hex');
    const id = digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
    return { shard: this.shardAt(place), id };
  }

  slice(from: number, until: number): Candidates {
    const [ids, moves] = [this.ids.slice(from, until), this.moves.slice(from, until)];
    const next = this.next.length > 0 ? this.next.slice(from, until) : this.next;
    return new Candidates(this.workspaceId, ids, moves, next);
  }

  has(move: Move): boolean {
    const code = move.charCodeAt(0);
    for (let place = 0; place < this.length; place += 1)
      if (this.moves.lastByteAt(place) === code) return true;
    return false;
  }

  /** As `shardOfId`, of the bytes. */
  private shardAt(place: number): number {
    return shardOf(this.workspaceId, this.ids.lastByteAt(place));
  }
}

/** People who follow upon each other in the store: after a place, and in shards before another. */
export interface Stretch {
  after: ProfileRef;
  until: number;
}

/** Profiles looked at in one go: what is found is held in memory, and that of the next ones, too. */
const MOST = 500_000;

/** Whom to look at next, when all up to a place are done. */
export async function stretchAfter(tx: Transaction, after: ProfileRef): Promise<Stretch> {
  const all = shardRange(tx.workspaceId);
  // A hash decides who is in which shard, so that one is as large as another.
  const [one] = await tx.query<{ people: number }>(
    '/* people of shard */ select count(*) as people from profile where shard = $1',
    [after.shard],
  );
  const most = Math.floor(MOST / Math.max(1, one?.people ?? 0));
  // Not all at once: some are found while others are written down.
  const count = Math.max(1, Math.min(BUCKETS / 2, most));
  // What would be left for a short second look is better looked at now.
  return { after, until: after.shard + count * 1.25 >= all.until ? all.until : after.shard + count };
}

/** How many people there are in a stretch. */
export async function peopleIn(tx: Transaction, { after, until }: Stretch): Promise<number> {
  const [all] = await tx.searching<{ people: number }>(
    `/* people in stretch */
    select count(*) as people from profile
    where shard >= $1 and shard < $2 and (shard > $1 or id > $3) and merged_into is null`,
    [after.shard, until, after.id],
  );
  return all?.people ?? 0;
}

/**
 * Tries people for a segment, without keeping anybody from changing them: who is not in it and should be, or the other
 * way round, and who is to be looked at by time. In one process of the database: its workers would share out little of it.
 */
export async function findCandidates(
  tx: Transaction,
  { definition, keptBy, timed }: LiveSegment,
  { after, until, now }: Stretch & { now: Date },
): Promise<Candidates> {
  const rest = (alias: string, id: string) => [
    sql`${sql.raw(alias)}.shard >= ${after.shard}::int and ${sql.raw(alias)}.shard < ${until}::int`,
    ...(after.id === NO_ID
      ? []
      : [
          sql`(${sql.raw(alias)}.shard > ${after.shard}::int or ${sql.raw(alias)}.${sql.raw(id)} > ${after.id}::uuid)`,
        ]),
  ];
  const people = sql`${sql.join(rest('p', 'id'), sql` and `)} and p.merged_into is null`;
  const events = rest('e', 'profile_id');
  // Every profile's next time-based change is computed, so the scan cannot skip any profile's events.
  const passes = timed
    ? new EventPasses(events)
    : await passesFor(tx, keptBy, { among: { people, events }, now });
  const condition = filterOf(keptBy, passes);
  const next = nextChangeOf(keptBy, passes) ?? sql`null`;
  const members = sql`from membership m
    where m.segment_id = ${definition.id}::uuid and ${sql.join(rest('m', 'profile_id'), sql` and `)}`;
  const isIn = compileSql(sql`select exists (select ${members}) as "isAny"`);
  const [first] = await tx.query<{ isAny: boolean }>(isIn.text, isIn.values(now));
  // A full join is never done person by person, whatever the database believes of tables that have just been filled.
  const moved = first?.isAny
    ? sql`select shard, id, l.next,
        case when coalesce(l.fits, false) = (i.found is not null) then 'S' when l.fits then 'E' else 'L' end as what
      from looked l full join (select m.shard, m.profile_id as id, 1 as found ${members}) i using (shard, id)
      where l.next is not null or coalesce(l.fits, false) <> (i.found is not null)`
    : sql`select shard, id, next, case when fits then 'E' else 'S' end as what from looked`;
  // What time may change is worked out once for each; without it only those who fit are of interest.
  const looked = timed
    ? sql`select * from (
        select p.shard, p.id, ${next}::timestamptz as next, ${condition} as fits
        from profile p ${passes.joins()} where ${people} offset 0
      ) l where fits or next is not null`
    : sql`select p.shard, p.id, null::timestamptz as next, true as fits
      from profile p ${passes.joins()} where ${people} and ${condition}`;
  // A row for each shard: a single one for all would keep the server from everything else while it is read.
  const statement = compileSql(sql`
    with looked as (${looked}),
    moved as (${moved} order by shard, id)
    select array_send(array_agg(id)) as ids, array_send(array_agg(what::"char")) as moves,
      array_send(${timed ? sql`array_agg(coalesce(next, 'infinity'))` : sql`'{}'::timestamptz[]`}) as next
    from moved group by shard order by shard`);
  tx.send('set local max_parallel_workers_per_gather = 0');
  const rows = await tx.searching<Record<'ids' | 'moves' | 'next', Buffer>>(
    statement.text,
    statement.values(now),
  );
  const all = (column: 'ids' | 'moves' | 'next') => Column.concat(rows.map((row) => new Column(row[column])));
  return new Candidates(tx.workspaceId, all('ids'), all('moves'), all('next'));
}
