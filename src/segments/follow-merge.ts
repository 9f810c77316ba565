import { ints, jsons, uuids } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import type { ProfileRef, Split } from '../profiles/index.js';
import { ending } from './log-changes.js';

/** A membership that an absorbed profile leaves behind, with those of others that it stood for. */
export interface Departed {
  survivor: ProfileRef;
  profile: ProfileRef;
  segmentId: string;
  enteredAt: Date;
  standsFor: StandsFor;
}

/** Since when absorbed profiles have been in a segment without an exit in the log, by profile id. */
export type StandsFor = Readonly<Record<string, string>>;

/** Takes absorbed profiles out of their segments, and out of what is to be looked at by time. */
export async function depart(
  tx: Transaction,
  merges: readonly { survivor: ProfileRef; absorbed: ProfileRef }[],
): Promise<Departed[]> {
  if (merges.length === 0) return [];
  const keys = [
    ints(merges.map(({ absorbed }) => absorbed.shard)),
    uuids(merges.map(({ absorbed }) => absorbed.id)),
  ];
  const deletion = `delete from membership m using unnest($1::int[], $2::uuid[]) with ordinality as gone(shard, id, number)
    where m.shard = gone.shard and m.profile_id = gone.id returning m.*, gone.number`;
  const [rows] = await Promise.all([
    tx.query<{ merge: number; segmentId: string; enteredAt: Date; standsFor: StandsFor | null }>(
      `with ${ending(deletion)}
      select number::int as merge, segment_id as "segmentId", entered_at as "enteredAt", stands_for as "standsFor" from gone`,
      keys,
    ),
    tx.query(
      `delete from recheck r using unnest($1::int[], $2::uuid[]) as gone(shard, id)
      where r.shard = gone.shard and r.profile_id = gone.id`,
      keys,
    ),
  ]);
  return rows.flatMap(({ merge, segmentId, enteredAt, standsFor }) => {
    const of = merges[merge - 1];
    return of
      ? [{ survivor: of.survivor, profile: of.absorbed, segmentId, enteredAt, standsFor: standsFor ?? {} }]
      : [];
  });
}

/** A survivor that stays in a segment stands there for those absorbed: nobody is told of what is no change. */
export async function standIn(tx: Transaction, departed: readonly Departed[]): Promise<void> {
  if (departed.length === 0) return;
  const bySurvivor = Map.groupBy(departed, ({ survivor, segmentId }) => `${survivor.id}/${segmentId}`);
  const rows = [...bySurvivor.values()].map((all) => ({
    survivor: all[0]?.survivor as ProfileRef,
    segmentId: all[0]?.segmentId ?? '',
    standsFor: Object.assign(
      {},
      ...all.map((one) => ({ ...one.standsFor, [one.profile.id]: one.enteredAt.toISOString() })),
    ) as StandsFor,
  }));
  await tx.query(
    `update membership m set stands_for = coalesce(m.stands_for, '{}') || new.stands_for
    from unnest($1::int[], $2::uuid[], $3::uuid[], $4::jsonb[]) as new(shard, profile_id, segment_id, stands_for)
    where m.shard = new.shard and m.profile_id = new.profile_id and m.segment_id = new.segment_id`,
    [
      ints(rows.map(({ survivor }) => survivor.shard)),
      uuids(rows.map(({ survivor }) => survivor.id)),
      uuids(rows.map(({ segmentId }) => segmentId)),
      jsons(rows.map(({ standsFor }) => standsFor)),
    ],
  );
}

/**
 * Gives a restored profile the memberships that the survivor has stood in for, in these segments: out of one that is
 * being deleted it goes with the survivor. @returns their segments
 */
export async function comeBack(
  tx: Transaction,
  { survivor, restored, side }: Pick<Split, 'survivor' | 'restored' | 'side'>,
  segmentIds: readonly string[],
): Promise<string[]> {
  const ids = side.map(({ id }) => id);
  const rows = await tx.query<{ segmentId: string; standsFor: StandsFor }>(
    `select segment_id as "segmentId", stands_for as "standsFor" from membership
    where shard = $1 and profile_id = $2 and stands_for ?| $3::text[] and segment_id = any($4::uuid[])`,
    [survivor.shard, survivor.id, ids, segmentIds],
  );
  const back = rows.filter(({ standsFor }) => standsFor[restored.id]);
  if (back.length === 0) return [];
  const others = ids.filter((id) => id !== restored.id);
  // Each with the entry that was kept when it ended, which is its last: while others stood in nothing was told.
  await tx.query(
    `with entry as (
      delete from membership_change c using (
        select segment_id, max(id) as id from membership_change
        where shard = $1 and profile_id = $2 and kind = 'ENTERED' and segment_id = any($3::uuid[]) group by segment_id
      ) last
      where c.workspace_id = $5 and c.id = last.id returning c.*
    )
    insert into membership (workspace_id, change_id, segment_id, shard, profile_id, entered_at, cause, stands_for)
    select workspace_id, id, segment_id, shard, profile_id, at, cause, nullif(stands_for, '{}')
    from entry join unnest($3::uuid[], $4::jsonb[]) as new(segment_id, stands_for) using (segment_id)`,
    [
      restored.shard,
      restored.id,
      uuids(back.map(({ segmentId }) => segmentId)),
      jsons(
        back.map(({ standsFor }) =>
          Object.fromEntries(Object.entries(standsFor).filter(([id]) => others.includes(id))),
        ),
      ),
      tx.workspaceId,
    ],
  );
  await tx.query(
    `update membership set stands_for = nullif(stands_for - $3::text[], '{}')
    where shard = $1 and profile_id = $2 and segment_id = any($4::uuid[])`,
    [survivor.shard, survivor.id, ids, back.map(({ segmentId }) => segmentId)],
  );
  return back.map(({ segmentId }) => segmentId);
}
