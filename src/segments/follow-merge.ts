import { instants, ints, jsons, uuids } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import type { ProfileRef, Split } from '../profiles/index.js';

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
  const [rows] = await Promise.all([
    tx.query<{ merge: number; segmentId: string; enteredAt: Date; standsFor: StandsFor | null }>(
      `delete from membership m using unnest($1::int[], $2::uuid[]) with ordinality as gone(shard, id, number)
      where m.shard = gone.shard and m.profile_id = gone.id
      returning gone.number::int as merge, m.segment_id as "segmentId", m.entered_at as "enteredAt", m.stands_for as "standsFor"`,
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
  await tx.query(
    `insert into membership (shard, profile_id, segment_id, entered_at, stands_for)
    select $1, $2, segment_id, entered_at, nullif(stands_for, '{}')
    from unnest($3::uuid[], $4::timestamptz[], $5::jsonb[]) as new(segment_id, entered_at, stands_for)`,
    [
      restored.shard,
      restored.id,
      uuids(back.map(({ segmentId }) => segmentId)),
      instants(back.map(({ standsFor }) => new Date(standsFor[restored.id] ?? ''))),
      jsons(
        back.map(({ standsFor }) =>
          Object.fromEntries(Object.entries(standsFor).filter(([id]) => others.includes(id))),
        ),
      ),
    ],
  );
  await tx.query(
    `update membership set stands_for = nullif(stands_for - $3::text[], '{}')
    where shard = $1 and profile_id = $2 and segment_id = any($4::uuid[])`,
    [survivor.shard, survivor.id, ids, back.map(({ segmentId }) => segmentId)],
  );
  return back.map(({ segmentId }) => segmentId);
}
