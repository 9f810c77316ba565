import { ints, shardRange, uuids } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import type { ProfileRef } from '../profiles/index.js';

/**
 * While a segment is built, everybody who is evaluated for it is noted: their membership is exact already, and what the
 * build found out about them before is out of date.
 */
export async function noteTouched(
  tx: Transaction,
  touched: readonly { profile: ProfileRef; segmentId: string }[],
): Promise<void> {
  await tx.query(
    `/* note touched */
    insert into build_touch (shard, segment_id, profile_id)
    select distinct * from unnest($1::int[], $2::uuid[], $3::uuid[]) as new(shard, segment_id, profile_id)
    order by shard, segment_id, profile_id on conflict do nothing`,
    [
      ints(touched.map(({ profile }) => profile.shard)),
      uuids(touched.map(({ segmentId }) => segmentId)),
      uuids(touched.map(({ profile }) => profile.id)),
    ],
  );
}

/** A select of who was evaluated for a segment since its build began. The range holds SQL, such as `$1`. */
export function touchedIn(range: { segmentId: string; from: string; upTo: string }): string {
  return `select profile_id from build_touch
    where shard >= ${range.from} and shard <= ${range.upTo} and segment_id = ${range.segmentId}`;
}

export async function forgetTouched(tx: Transaction, segmentIds: readonly string[]): Promise<void> {
  const { from, until } = shardRange(tx.workspaceId);
  await tx.query(
    `/* forget touched */
    delete from build_touch where shard >= $2 and shard < $3 and segment_id = any($1)`,
    [segmentIds, from, until],
  );
}
