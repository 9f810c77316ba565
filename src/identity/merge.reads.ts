import type { RequestContext } from '../access/index.js';
import { ints, shardOfId, texts, uuids } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import type { ProfileRef } from '../profiles/index.js';

/** A merge as it is on record. */
export interface MergeRow {
  shard: number;
  id: string;
  survivorId: string;
  absorbedId: string;
  mergedAt: Date;
  cause: 'INGEST' | 'MANUAL';
  sourceId: string | null;
  externalId: string | null;
  keyId: string | null;
  /** How many records moved, by kind. */
  moved: Record<string, number>;
  undoneAt: Date | null;
  undoneKeyId: string | null;
}

const COLUMNS = `m.shard, m.id, m.survivor_id as "survivorId", m.absorbed_id as "absorbedId", m.at as "mergedAt", m.cause,
  m.source_id as "sourceId", m.external_id as "externalId", m.key_id as "keyId", m.moved, m.undone_at as "undoneAt",
  m.undone_key_id as "undoneKeyId"`;

type Reads = Pick<Transaction, 'query' | 'workspaceId'>;

/** All merges that stand by which others have become part of these profiles, through any chain. */
export async function mergesInto(tx: Reads, profiles: readonly ProfileRef[]): Promise<MergeRow[]> {
  const found: MergeRow[] = [];
  for (let survivors = profiles; survivors.length > 0;) {
    const rows = await tx.query<MergeRow>(
      `/* merges into profiles */
      select m.* from unnest($1::int[], $2::uuid[]) as asked(shard, id)
      cross join lateral (
        select ${COLUMNS} from profile_merge m
        where m.shard = asked.shard and m.survivor_id = asked.id and m.undone_at is null offset 0
      ) m
      order by m.id`,
      [ints(survivors.map(({ shard }) => shard)), uuids(survivors.map(({ id }) => id))],
    );
    found.push(...rows);
    survivors = rows.map(({ absorbedId }) => ({
      id: absorbedId,
      shard: shardOfId(tx.workspaceId, absorbedId),
    }));
  }
  return found;
}

/** Tells into which profile each has gone in the end, by these merges. */
export function rootsOf(
  merges: readonly Pick<MergeRow, 'absorbedId' | 'survivorId'>[],
): (id: string) => string {
  const survivorOf = new Map(merges.map((merge) => [merge.absorbedId, merge.survivorId]));
  return (id) => {
    let root = id;
    for (let next = survivorOf.get(root); next; next = survivorOf.get(root)) root = next;
    return root;
  };
}

/** Loads the merges that stand by which others are part of profiles, oldest first. */
export const mergesOfProfiles =
  (context: RequestContext) =>
  async (profiles: readonly ProfileRef[]): Promise<MergeRow[][]> => {
    const rows = await mergesInto(await context.reading(), profiles);
    const rootOf = rootsOf(rows);
    const byProfile = Map.groupBy(
      rows.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
      (row) => rootOf(row.survivorId),
    );
    return profiles.map((profile) => byProfile.get(profile.id) ?? []);
  };

/** Merges by their ids; null where there is none in the workspace. */
export async function findMerges(tx: Reads, ids: readonly string[]): Promise<(MergeRow | null)[]> {
  const rows = await tx.query<MergeRow>(
    `/* merges by id */ select ${COLUMNS} from profile_merge m where m.shard >> 8 = $1 and m.id = any($2)`,
    [tx.workspaceId, uuids(ids)],
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => byId.get(id) ?? null);
}

/** A merge by its id, or null. */
export async function findMerge(tx: Reads, id: string): Promise<MergeRow | null> {
  const [found] = await findMerges(tx, [id]);
  return found ?? null;
}

/** The merge that stands by which a profile was absorbed, or null. */
export async function mergeOfAbsorbed(tx: Reads, { shard, id }: ProfileRef): Promise<MergeRow | null> {
  const [row] = await tx.query<MergeRow>(
    `/* merge of absorbed */
    select ${COLUMNS} from profile_merge m where m.absorbed_shard = $1 and m.absorbed_id = $2 and m.undone_at is null`,
    [shard, id],
  );
  return row ?? null;
}

/** Which merges of a workspace; null = any. */
export interface MergeFilter {
  causes: readonly MergeRow['cause'][] | null;
  /** UUIDs. */
  sourceIds: readonly string[] | null;
  isUndone: boolean | null;
  from: Date | null;
  to: Date | null;
}

/** The merges of a workspace that fit a filter, newest first, or oldest first when read backward. */
export function mergesBetween(
  tx: Reads,
  { causes, sourceIds, isUndone, from, to }: MergeFilter,
  page: { below: string; above: string; backward: boolean; limit: number },
): Promise<MergeRow[]> {
  const direction = page.backward ? 'asc' : 'desc';
  return tx.query<MergeRow>(
    `/* merges */
    select ${COLUMNS} from profile_merge m
    where m.shard >> 8 = $1 and m.id < $2 and m.id > $3
      and ($5::text[] is null or m.cause = any($5)) and ($6::uuid[] is null or m.source_id = any($6))
      and ($7::boolean is null or (m.undone_at is not null) = $7)
      and ($8::timestamptz is null or m.at >= $8) and ($9::timestamptz is null or m.at < $9)
    order by m.id ${direction} limit $4`,
    [
      ...[tx.workspaceId, page.below, page.above, page.limit],
      ...[causes && texts(causes), sourceIds && uuids(sourceIds), isUndone, from, to],
    ],
  );
}
