import type { RequestContext } from '../access/index.js';
import type { Transaction } from '../platform/index.js';
import type { Segment } from './segment.entity.js';

/** What the rules of a segment were from an instant on. */
export interface SegmentVersionRow {
  segmentId: string;
  number: number;
  rule: unknown;
  exitRule: unknown;
  savedAt: Date;
  /** The name of the API key; null where nobody's is on record. */
  savedBy: string | null;
}

/** Notes what the rules of a segment say from now on. */
export async function noteVersion(
  tx: Transaction,
  { id, rule, exitRule }: Pick<Segment, 'id' | 'rule' | 'exitRule'>,
  { keyId, now }: { keyId: string; now: Date },
): Promise<void> {
  await tx.query(
    `insert into segment_version (workspace_id, segment_id, number, rule, exit_rule, saved_at, saved_by)
    select $1, $2, coalesce(max(number), 0) + 1, $3, $4, $5, $6
    from segment_version where workspace_id = $1 and segment_id = $2`,
    [
      tx.workspaceId,
      id,
      JSON.stringify(rule),
      exitRule == null ? null : JSON.stringify(exitRule),
      now,
      keyId,
    ],
  );
}

export interface VersionPage {
  before: number | null;
  limit: number;
}

/** Loads the versions of segments, newest first. */
export const versionsOfSegments =
  (context: RequestContext, variant: string) =>
  async (segmentIds: readonly string[]): Promise<SegmentVersionRow[][]> => {
    const page = JSON.parse(variant) as VersionPage;
    const rows = await context.query<SegmentVersionRow>(
      `/* versions of segments */
      select v.* from unnest($2::uuid[]) as asked(id)
      cross join lateral (
        select v.segment_id as "segmentId", v.number, v.rule, v.exit_rule as "exitRule", v.saved_at as "savedAt", k.name as "savedBy"
        from segment_version v left join api_key k on k.id = v.saved_by
        where v.workspace_id = $1 and v.segment_id = asked.id and v.number < coalesce($3::int, 2147483647)
        order by v.number desc limit $4
      ) v`,
      [context.workspaceId, segmentIds, page.before, page.limit],
    );
    const bySegment = Map.groupBy(rows, (row) => row.segmentId);
    return segmentIds.map((id) => bySegment.get(id) ?? []);
  };
