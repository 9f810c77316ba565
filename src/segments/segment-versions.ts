import type { RequestContext } from '../access/index.js';
import type { Transaction } from '../platform/index.js';
import { fromStored, toStored } from '../rules/index.js';
import type { Segment } from './segment.entity.js';

/** What the rules of a segment were from an instant on. */
export interface SegmentVersionRow {
  segmentId: string;
  number: number;
  rule: unknown;
  exitRule: unknown;
  savedAt: Date;
  /** The API key; null where it is not on record. */
  savedById: string | null;
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
      JSON.stringify(toStored(rule)),
      exitRule == null ? null : JSON.stringify(toStored(exitRule)),
      now,
      keyId,
    ],
  );
}

export interface VersionPage {
  /** Only older versions than this number. */
  before: number | null;
  /** Only newer versions than this number. */
  after: number | null;
  order: 'NEWEST_FIRST' | 'OLDEST_FIRST';
  limit: number;
}

/** Loads the versions of segments. */
export const versionsOfSegments =
  (context: RequestContext, variant: string) =>
  async (segmentIds: readonly string[]): Promise<SegmentVersionRow[][]> => {
    const page = JSON.parse(variant) as VersionPage;
    const rows = await context.query<SegmentVersionRow>(
      `/* versions of segments */
      select v.* from unnest($2::uuid[]) as asked(id)
      cross join lateral (
        select segment_id as "segmentId", number, rule, exit_rule as "exitRule", saved_at as "savedAt", saved_by as "savedById"
        from segment_version
        where workspace_id = $1 and segment_id = asked.id
          and number < coalesce($3::int, 2147483647) and number > coalesce($4::int, 0)
        order by number ${page.order === 'NEWEST_FIRST' ? 'desc' : 'asc'} limit $5
      ) v`,
      [context.workspaceId, segmentIds, page.before, page.after, page.limit],
    );
    const versions = rows.map((row) => ({
      ...row,
      rule: fromStored(row.rule),
      exitRule: fromStored(row.exitRule),
    }));
    const bySegment = Map.groupBy(versions, (row) => row.segmentId);
    return segmentIds.map((id) => bySegment.get(id) ?? []);
  };

/** Loads which API keys have created segments; null where it is not on record. */
export const creatorsOfSegments =
  (context: RequestContext) =>
  async (segmentIds: readonly string[]): Promise<(string | null)[]> => {
    const rows = await context.query<{ segmentId: string; keyId: string | null }>(
      `/* creators of segments */
      select segment_id as "segmentId", saved_by as "keyId" from segment_version
      where workspace_id = $1 and segment_id = any($2) and number = 1`,
      [context.workspaceId, segmentIds],
    );
    const creators = new Map(rows.map(({ segmentId, keyId }) => [segmentId, keyId]));
    return segmentIds.map((id) => creators.get(id) ?? null);
  };
