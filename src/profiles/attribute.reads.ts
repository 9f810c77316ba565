import type { RequestContext } from '../access/index.js';
import { ints, uuids } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import type { ProfileRef } from './profile-ref.js';

/** What was said of an attribute. */
export interface AttributeChangeRow {
  id: string;
  profileId: string;
  key: string;
  /** Null: it is no longer so. */
  value: unknown;
  at: Date;
  sourceId: string;
  receivedAt: Date;
}

/** Which stretch of the history of an attribute: newest first, or oldest first when read backward. */
export interface HistoryPage {
  key: string;
  after: readonly [at: string, id: string] | null;
  before: readonly [at: string, id: string] | null;
  backward: boolean;
  limit: number;
}

/** Loads one and the same page of the history of one attribute of many profiles. */
export const attributeHistories =
  (context: RequestContext, variant: string) =>
  async (profiles: readonly ProfileRef[]): Promise<AttributeChangeRow[][]> => {
    const { key, after, before, backward, limit } = JSON.parse(variant) as HistoryPage;
    const direction = backward ? 'asc' : 'desc';
    const rows = await context.query<AttributeChangeRow>(
      `/* attribute history of profiles */
      select asked.id as "profileId", c.id, c.key, c.value, c.at, c.source_id as "sourceId", c.received_at as "receivedAt"
      from unnest($1::int[], $2::uuid[]) as asked(shard, id)
      cross join lateral (
        select * from attribute_change c where c.shard = asked.shard and c.profile_id = asked.id and c.key = $3
          and (c.at, c.id) < (coalesce($4::timestamptz, 'infinity'), coalesce($5::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
          and (c.at, c.id) > (coalesce($6::timestamptz, '-infinity'), coalesce($7::uuid, '00000000-0000-0000-0000-000000000000'))
        order by c.at ${direction}, c.id ${direction} limit $8
      ) c
      order by c.at ${direction}, c.id ${direction}`,
      [
        ints(profiles.map(({ shard }) => shard)),
        uuids(profiles.map(({ id }) => id)),
        key,
        ...(after ?? [null, null]),
        ...(before ?? [null, null]),
        limit,
      ],
    );
    const byProfile = Map.groupBy(rows, (row) => row.profileId);
    return profiles.map(({ id }) => byProfile.get(id) ?? []);
  };

export interface FreshnessRow {
  key: string;
  sourceId: string;
  newestAt: Date;
  profiles: number;
  /** How many were said longer ago than expected; null where nothing is expected. */
  stale: number | null;
}

/** Of attributes from sources: a client of the workspace is not to hold the whole of it. */
export const MAX_FRESHNESS = 10_000;

/** How fresh the values that stand are, by attribute and source. It goes over all profiles of the workspace. */
export function freshness(
  tx: Transaction,
  { expected, now }: { expected: ReadonlyMap<string, number>; now: Date },
): Promise<FreshnessRow[]> {
  return tx.searching<FreshnessRow>(
    `/* attribute freshness */
    select said.key, fact.source as "sourceId", max(fact.at) as "newestAt",
      count(*) as profiles, case when e.seconds is not null then count(*) filter (
        where fact.at < $2::timestamptz - make_interval(secs => e.seconds)
      ) end as stale
    from profile p cross join lateral jsonb_each_text(p.provenance) as said(key, text)
    cross join lateral (
      select split_part(said.text, ' ', 1)::timestamptz as at, split_part(said.text, ' ', 2)::uuid as source
    ) fact
    left join unnest($3::text[], $4::float8[]) as e(key, seconds) on e.key = said.key
    where p.shard >> 8 = $1 and p.merged_into is null and p.attributes ? said.key
    group by said.key, fact.source, e.seconds
    order by said.key collate "C", max(fact.at) desc limit ${MAX_FRESHNESS}`,
    [tx.workspaceId, now, [...expected.keys()], [...expected.values()]],
  );
}
