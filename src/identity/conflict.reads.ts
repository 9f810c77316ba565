import type { RequestContext } from '../access/index.js';
import { ints, shardOfId, texts, uuids } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import type { ProfileRef } from '../profiles/index.js';
import { mergesOfProfiles, rootsOf } from './merge.reads.js';

/** A conflict as it is on record. */
export interface ConflictRow {
  id: string;
  profileId: string;
  kind: 'BLOCKED' | 'DEMOTED';
  namespace: string;
  value: string;
  heldBy: string | null;
  sourceId: string;
  externalId: string;
  detectedAt: Date;
}

/** Which stretch of conflicts, newest first: those between two ids. */
export interface ConflictPage {
  below: string;
  above: string;
  backward: boolean;
  limit: number;
}

/** Which conflicts of a workspace; null = any. */
export interface ConflictFilter {
  kinds: readonly ConflictRow['kind'][] | null;
  namespaceKeys: readonly string[] | null;
  /** UUIDs. */
  sourceIds: readonly string[] | null;
  from: Date | null;
  to: Date | null;
}

const COLUMNS = `c.id, c.profile_id as "profileId", c.kind, c.namespace, c.value, c.held_by as "heldBy",
  c.source_id as "sourceId", c.external_id as "externalId", c.at as "detectedAt"`;

type Reads = Pick<Transaction, 'query' | 'workspaceId'>;

/** The conflicts of a workspace that fit a filter, newest first, or oldest first when read backward. */
export function conflictsBetween(
  tx: Reads,
  { kinds, namespaceKeys, sourceIds, from, to }: ConflictFilter,
  page: ConflictPage,
): Promise<ConflictRow[]> {
  const direction = page.backward ? 'asc' : 'desc';
  return tx.query<ConflictRow>(
    `/* conflicts */
    select ${COLUMNS} from identity_conflict c
    where c.shard >> 8 = $1 and c.id < $2 and c.id > $3
      and ($5::text[] is null or c.kind = any($5)) and ($6::text[] is null or c.namespace = any($6))
      and ($7::uuid[] is null or c.source_id = any($7))
      and ($8::timestamptz is null or c.at >= $8) and ($9::timestamptz is null or c.at < $9)
    order by c.id ${direction} limit $4`,
    [
      ...[tx.workspaceId, page.below, page.above, page.limit],
      ...[kinds && texts(kinds), namespaceKeys && texts(namespaceKeys)],
      ...[sourceIds && uuids(sourceIds), from, to],
    ],
  );
}

/** Loads one and the same page of the conflicts of many profiles and of those that they absorbed. */
export const conflictsOfProfiles =
  (context: RequestContext, variant: string) =>
  async (profiles: readonly ProfileRef[]): Promise<ConflictRow[][]> => {
    const page = JSON.parse(variant) as ConflictPage;
    const direction = page.backward ? 'asc' : 'desc';
    const tx = await context.reading();
    const merges = (await context.loaders.get(mergesOfProfiles, context).loadMany(profiles)).flatMap(
      (one) => {
        if (one instanceof Error) throw one;
        return one;
      },
    );
    const absorbed = merges.map(({ absorbedId: id }) => ({ id, shard: shardOfId(tx.workspaceId, id) }));
    const all = [...profiles, ...absorbed];
    const rows = await tx.query<ConflictRow>(
      `/* conflicts of profiles */
      select c.* from unnest($1::int[], $2::uuid[]) as asked(shard, id)
      cross join lateral (
        select ${COLUMNS} from identity_conflict c
        where c.shard = asked.shard and c.profile_id = asked.id and c.id < $3 and c.id > $4
        order by c.id ${direction} limit $5
      ) c
      order by c.id ${direction}`,
      [
        ...[ints(all.map(({ shard }) => shard)), uuids(all.map(({ id }) => id))],
        ...[page.below, page.above, page.limit],
      ],
    );
    const rootOf = rootsOf(merges);
    const byProfile = Map.groupBy(rows, (row) => rootOf(row.profileId));
    return profiles.map(({ id }) => (byProfile.get(id) ?? []).slice(0, page.limit));
  };

/** Loads conflicts by UUID; null where there is none in the viewer's workspace. */
export const conflictsById =
  (context: RequestContext) =>
  async (ids: readonly string[]): Promise<(ConflictRow | null)[]> => {
    const rows = await context.query<ConflictRow>(
      `/* conflicts by id */ select ${COLUMNS} from identity_conflict c where c.shard >> 8 = $1 and c.id = any($2)`,
      [context.workspaceId, ids],
    );
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => byId.get(id) ?? null);
  };
