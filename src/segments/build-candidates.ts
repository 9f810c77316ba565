import { sql } from 'kysely';
import { elementsOf, LAST_ID, NO_ID, shardRange } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import type { ProfileRef } from '../profiles/index.js';
import { passesFor } from './passes-for.js';
import { conditionOf, nextChangeOf } from './rule/compile-rule.js';
import { compileSql } from './rule/compile-sql.js';
import { EventPasses } from './rule/event-passes.js';
import type { LiveSegment } from './segment-catalogue.js';

/** What a build has found out of somebody. */
export interface Candidate extends ProfileRef {
  /** `E` is to enter, `L` is to leave, `S` stays as it is and is to be looked at by time. */
  what: 'E' | 'L' | 'S';
  /** When time alone may next change it; null = never. */
  next: Date | null;
}

export interface Candidates {
  /** In the order of their place in the store. */
  rows: readonly Candidate[];
  /** Everybody up to this place has been tried. */
  upTo: ProfileRef;
  isLast: boolean;
}

/** As JavaScript reads it. */
const DUE = sql`array_agg(to_char(next at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.USZ'))::text`;
/** Profiles tried in one statement: what it finds is held in memory. */
const MOST = 1_000_000;

/**
 * Tries people after a place in the store for a segment, without keeping anybody from changing them: who is not in it
 * and should be, or the other way round, and who is to be looked at by time.
 */
export async function findCandidates(
  tx: Transaction,
  { definition, keptBy, timed }: LiveSegment,
  { after, now }: { after: ProfileRef; now: Date },
): Promise<Candidates> {
  const all = shardRange(tx.workspaceId);
  // A hash decides who is in which shard, so that one is as large as another.
  const [one] = await tx.query<{ people: number }>(
    '/* people of shard */ select count(*) as people from profile where shard = $1',
    [after.shard],
  );
  const count = Math.max(1, Math.floor(MOST / Math.max(1, one?.people ?? 0)));
  // What would be left for a short second look is better looked at now.
  const until = after.shard + count * 1.25 >= all.until ? all.until : after.shard + count;
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
  // When time moves somebody next is asked of everybody, so there is nobody whose events need not be looked at.
  const passes = timed
    ? new EventPasses(events)
    : await passesFor(tx, keptBy, { among: { people, events }, now });
  const condition = conditionOf(keptBy, passes);
  const next = nextChangeOf(keptBy, passes) ?? sql`null`;
  const members = sql`from membership m
    where m.segment_id = ${definition.id}::uuid and ${sql.join(rest('m', 'profile_id'), sql` and `)}`;
  const isIn = compileSql(sql`select exists (select ${members}) as "isAny"`);
  const [first] = await tx.query<{ isAny: boolean }>(isIn.text, isIn.values(now));
  // A full join is never done person by person, whatever the database believes of tables that have just been filled.
  // Without one it can share the work out among its workers.
  const moved = first?.isAny
    ? sql`select shard, id, l.next,
        case when coalesce(l.fits, false) = (i.found is not null) then 'S' when l.fits then 'E' else 'L' end as what
      from looked l full join (select m.shard, m.profile_id as id, 1 as found ${members}) i using (shard, id)
      where l.next is not null or coalesce(l.fits, false) <> (i.found is not null)`
    : sql`select shard, id, next, case when fits then 'E' else 'S' end as what from looked`;
  const statement = compileSql(sql`
    with looked as (
      select * from (
        select p.shard, p.id, ${next}::timestamptz as next, ${condition} as fits
        from profile p ${passes.joins()} where ${people}
      ) l where fits or next is not null
    ),
    moved as (${moved} order by shard, id)
    select array_agg(shard)::text as shards, array_agg(id)::text as ids, string_agg(what, '') as what,
      ${timed ? DUE : sql`null`} as next from moved`);
  // Whoever is at work meanwhile needs a processor, too.
  tx.send('set local max_parallel_workers_per_gather = 1');
  const [row] = await tx.searching<Record<'shards' | 'ids' | 'what' | 'next', string | null>>(
    statement.text,
    statement.values(now),
  );
  const [shards, ids, instants] = [elementsOf(row?.shards), elementsOf(row?.ids), elementsOf(row?.next)];
  const rows = ids.map((id, index): Candidate => ({
    id,
    shard: Number(shards[index]),
    what: row?.what?.[index] as Candidate['what'],
    next: dateOf(instants[index]),
  }));
  return { rows, upTo: { shard: until - 1, id: LAST_ID }, isLast: until === all.until };
}

function dateOf(text: string | undefined): Date | null {
  return text === undefined || text === 'NULL' ? null : new Date(text);
}
