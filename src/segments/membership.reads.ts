import type { RequestContext } from '../access/index.js';
import type { Transaction } from '../platform/index.js';
import type { ProfileRef } from '../profiles/index.js';

export interface MembershipRow extends ProfileRef {
  segmentId: string;
  enteredAt: Date;
}

/** Loads the memberships of profiles. */
export const membershipsOfProfiles =
  (context: RequestContext) =>
  async (profiles: readonly ProfileRef[]): Promise<MembershipRow[][]> => {
    const rows = await context.query<MembershipRow>(
      `/* memberships of profiles */
      select m.shard, m.profile_id as id, m.segment_id as "segmentId", m.entered_at as "enteredAt"
      from unnest($1::int[], $2::uuid[]) as asked(shard, id)
      cross join lateral (
        select * from membership m where m.shard = asked.shard and m.profile_id = asked.id offset 0
      ) m`,
      [profiles.map((profile) => profile.shard), profiles.map((profile) => profile.id)],
    );
    const byProfile = Map.groupBy(rows, (row) => row.id);
    return profiles.map((profile) => byProfile.get(profile.id) ?? []);
  };

/** Loads how many profiles belong to each segment. */
export const segmentSizes =
  (context: RequestContext) =>
  async (segmentIds: readonly string[]): Promise<number[]> => {
    const rows = await context.query<{ segmentId: string; size: number }>(
      `/* sizes of segments */
      select segment_id as "segmentId", size from segment_size where workspace_id = $1 and segment_id = any($2)`,
      [context.workspaceId, segmentIds],
    );
    const sizes = new Map(rows.map((row) => [row.segmentId, row.size]));
    return segmentIds.map((id) => sizes.get(id) ?? 0);
  };

/** A member, and its entry's place in the log. */
export interface Member extends ProfileRef {
  changeId: number;
  enteredAt: Date;
}

/** Who belongs to a segment, in the order of their entries. */
export function membersOf(
  tx: Transaction,
  page: { segmentId: string; after: number; before: number; backward: boolean; limit: number },
): Promise<Member[]> {
  return tx.query<Member>(
    `/* members of segment */
    select m.shard, m.profile_id as id, m.change_id as "changeId", m.entered_at as "enteredAt"
    from membership m
    where m.workspace_id = $1 and m.segment_id = $2 and m.change_id > $3 and m.change_id < $4
    order by m.change_id ${page.backward ? 'desc' : 'asc'} limit $5`,
    [tx.workspaceId, page.segmentId, page.after, page.before, page.limit],
  );
}
