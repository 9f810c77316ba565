import type { Transaction } from '../platform/index.js';
import type { ProfileRef } from '../profiles/index.js';

interface Log {
  segmentId: string;
  /** Nothing later counts. */
  until: Date;
}

/**
 * What the log tells of a segment, by the profiles that live now: each entry as 1, each exit as -1. Somebody is in it
 * while they add up to more than nothing: an absorbed profile that a survivor stands for has entered and not left.
 * Takes the workspace, the segment and the last instant as its first parameters.
 */
const STEPS = `
  with recursive told as materialized (
    select c.shard, c.profile_id, c.id as change_id, c.at, case c.kind when 'ENTERED' then 1 else -1 end as step
    from change_log c where c.workspace_id = $1 and c.segment_id = $2 and c.at <= $3
  ),
  absorbed as (
    select p.shard as told_shard, p.id as told_id, $1 * 256 + get_byte(uuid_send(p.merged_into), 15) as shard, p.merged_into as id
    from (select distinct shard, profile_id from told) as one
    join profile p on p.shard = one.shard and p.id = one.profile_id
    where p.merged_into is not null
    union all
    select a.told_shard, a.told_id, $1 * 256 + get_byte(uuid_send(p.merged_into), 15), p.merged_into
    from absorbed a join profile p on p.shard = a.shard and p.id = a.id
    where p.merged_into is not null
  ),
  survivors as (
    select a.* from absorbed a join profile p on p.shard = a.shard and p.id = a.id and p.merged_into is null
  ),
  steps as (
    select coalesce(s.shard, t.shard) as shard, coalesce(s.id, t.profile_id) as id, s.id is null as is_own,
      t.change_id, t.at, t.step
    from told t left join survivors s on s.told_shard = t.shard and s.told_id = t.profile_id
  )`;

/**
 * Who belonged to a segment at an instant, and since when, as those people are known now, in the order of their place in
 * the store. A survivor's own entry counts before those of the profiles that it stands for, as in its membership.
 */
export function membersAsOf(
  tx: Transaction,
  {
    segmentId,
    until,
    ...page
  }: Log & { after: ProfileRef; before: ProfileRef; backward: boolean; limit: number },
): Promise<(ProfileRef & { enteredAt: Date })[]> {
  const direction = page.backward ? 'desc' : 'asc';
  return tx.searching<ProfileRef & { enteredAt: Date }>(
    `${STEPS},
    depths as (
      select shard, id, at, step, is_own, sum(step) over (partition by shard, id order by change_id) as depth,
        sum(step) filter (where is_own) over (partition by shard, id order by change_id) as own_depth
      from steps
      where (shard, id) > ($4::int, $5::uuid) and (shard, id) < ($6::int, $7::uuid)
    )
    select shard, id, case
        when sum(step) filter (where is_own) > 0
          then max(at) filter (where is_own and own_depth > 0 and own_depth - step <= 0)
        else max(at) filter (where depth > 0 and depth - step <= 0)
      end as "enteredAt" from depths
    group by shard, id having sum(step) > 0 order by shard ${direction}, id ${direction} limit $8`,
    [
      ...[tx.workspaceId, segmentId, until],
      ...[page.after.shard, page.after.id, page.before.shard, page.before.id, page.limit],
    ],
  );
}

/** How many belonged to a segment at each of some instants, which must be in order. */
export async function sizesAt(
  tx: Transaction,
  { segmentId, instants }: { segmentId: string; instants: readonly Date[] },
): Promise<number[]> {
  const rows = await tx.searching<{ size: number }>(
    `${STEPS},
    depths as (select at, step, sum(step) over (partition by shard, id order by change_id) as depth from steps),
    turns as (
      select width_bucket(at - interval '1 millisecond', $4::timestamptz[]) + 1 as instant,
        sum(case when depth > 0 and depth - step <= 0 then 1 when depth <= 0 and depth - step > 0 then -1 else 0 end) as turn
      from depths group by 1
    )
    select coalesce(sum(turn) over (order by number), 0)::int as size
    from generate_series(1, cardinality($4::timestamptz[])) as number left join turns on turns.instant = number
    order by number`,
    [tx.workspaceId, segmentId, instants.at(-1), instants],
  );
  return rows.map(({ size }) => size);
}

/** How many belong to both of two segments. */
export async function sizeOfOverlap(
  tx: Transaction,
  [first, second]: readonly [string, string],
): Promise<number> {
  const [row] = await tx.searching<{ both: number }>(
    // A full join is never done person by person, whatever the database believes of segments that were just built.
    `select count(a.one + b.one) as both from (
      select shard, profile_id, 1 as one from membership where workspace_id = $3 and segment_id = $1
    ) a full join (
      select shard, profile_id, 1 as one from membership where workspace_id = $3 and segment_id = $2
    ) b using (shard, profile_id)`,
    [first, second, tx.workspaceId],
  );
  return row?.both ?? 0;
}
