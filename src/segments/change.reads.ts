import type { RequestContext } from '../access/index.js';
import type { Transaction } from '../platform/index.js';
import type { ProfileRef } from '../profiles/index.js';
import type { ChangeCause, ChangeKind } from './log-changes.js';

/** One entry or exit, as the log keeps it. */
export interface ChangeRow extends ProfileRef {
  changeId: number;
  segmentId: string;
  kind: ChangeKind;
  at: Date;
  cause: ChangeCause;
}

const COLUMNS = `c.id as "changeId", c.segment_id as "segmentId", c.shard, c.profile_id as id, c.kind, c.at, c.cause`;

interface LogPage {
  /** Null = from the beginning. */
  after: number | null;
  /** Null = up to the end. */
  before: number | null;
  /** Null = of all segments. */
  segmentIds: readonly string[] | null;
  /** From the end, newest first. */
  backward: boolean;
  limit: number;
}

type Reads = Pick<Transaction, 'query' | 'workspaceId'>;

/** What the log holds after `after`, oldest first. @param segmentIds null = of all segments */
export function changesAfter(
  tx: Reads,
  page: Pick<LogPage, 'segmentIds' | 'limit'> & { after: number },
): Promise<ChangeRow[]> {
  return changesOf(tx, { ...page, before: null, backward: false });
}

export function changesOf(
  tx: Reads,
  { after, before, segmentIds, backward, limit }: LogPage,
): Promise<ChangeRow[]> {
  const [only] = segmentIds ?? [];
  const order = `order by c.id ${backward ? 'desc' : 'asc'}`;
  const range = [after ?? 0, before ?? Number.MAX_SAFE_INTEGER];
  if (segmentIds?.length === 1) {
    return tx.query<ChangeRow>(
      `/* changes of segment */
      select ${COLUMNS} from change_log c
      where c.workspace_id = $1 and c.segment_id = $2 and c.id > $3 and c.id < $4 ${order} limit $5`,
      [tx.workspaceId, only, ...range, limit],
    );
  }
  return tx.query<ChangeRow>(
    `/* changes */
    select ${COLUMNS} from change_log c
    where c.workspace_id = $1 and c.id > $3 and c.id < $4 and ($2::uuid[] is null or c.segment_id = any($2)) ${order} limit $5`,
    [tx.workspaceId, segmentIds, ...range, limit],
  );
}

/** The id of the newest change; 0 when there is none. Whatever commits later has a greater one. */
export async function headOfLog(tx: Reads): Promise<number> {
  const [row] = await tx.query<{ head: number }>(
    `/* head of log */ select coalesce(max(id), 0) as head from change_log where workspace_id = $1`,
    [tx.workspaceId],
  );
  return row?.head ?? 0;
}

/** Which stretch of the changes of a profile, by their ids: newest first, or oldest first when read backward. */
export interface HistoryPage {
  below: number;
  above: number;
  backward: boolean;
  limit: number;
}

/** Loads one and the same page of the changes of many profiles. Of those that are over, no more are read than it holds. */
export const changesOfProfiles =
  (context: RequestContext, variant: string) =>
  async (profiles: readonly ProfileRef[]): Promise<ChangeRow[][]> => {
    const page = JSON.parse(variant) as HistoryPage;
    const direction = page.backward ? 'asc' : 'desc';
    const rows = await context.query<ChangeRow>(
      `/* changes of profiles */
      select c.* from unnest($1::int[], $2::uuid[]) as asked(shard, id)
      cross join lateral (
        (
          select ${COLUMNS} from membership_change c
          where c.shard = asked.shard and c.profile_id = asked.id and c.id < $3 and c.id > $4
          order by c.id ${direction} limit $5
        )
        union all
        select m.change_id, m.segment_id, m.shard, m.profile_id, 'ENTERED', m.entered_at, m.cause from membership m
        where m.shard = asked.shard and m.profile_id = asked.id and m.change_id < $3 and m.change_id > $4
        order by "changeId" ${direction} limit $5
      ) c`,
      [
        profiles.map((profile) => profile.shard),
        profiles.map((profile) => profile.id),
        page.below,
        page.above,
        page.limit,
      ],
    );
    const byProfile = Map.groupBy(rows, (row) => row.id);
    return profiles.map((profile) => byProfile.get(profile.id) ?? []);
  };
