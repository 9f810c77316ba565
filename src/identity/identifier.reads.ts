import { ints, rowsOf, shardOfId, shardRange, texts, uuids } from '../platform/index.js';
import type { RequestContext } from '../access/index.js';
import { compareKeys } from '../platform/graphql/index.js';
import type { SortKey } from '../platform/graphql/index.js';
import type { Transaction } from '../platform/index.js';
import { HeldIds } from '../profiles/index.js';
import type { ProfileRef } from '../profiles/index.js';
import { identifierName, shardOfIdentifier } from './identifier.js';
import type { Identifier } from './identifier.js';
import type { Holder, ProfileState } from './plan-identities.js';
import type { VerificationMethod } from './verification-method.js';

/** An identifier as it is stored. */
export interface IdentifierRow extends Identifier {
  /** A UUID, computed from the rest. */
  id: string;
  profileId: string;
  /** The side of a merge that it came to. */
  recordedProfileId: string;
  sourceId: string;
  firstSeenAt: Date;
  lastSeenAt: Date;
  label: string | null;
  verifiedAt: Date | null;
  verifiedBy: VerificationMethod | null;
}

/** What is read of `identifier i`. */
export const IDENTIFIER_COLUMNS = `
  i.namespace, i.value, i.profile_id as "profileId", i.recorded_profile_id as "recordedProfileId",
  i.source_id as "sourceId", i.first_seen_at as "firstSeenAt", i.last_seen_at as "lastSeenAt", i.label,
  i.validated_at as "verifiedAt", i.validated_by as "verifiedBy"`;

const SEEN_EVERY_MS = 3_600_000;

/**
 * Who holds these identifiers, by `identifierName`; those that nobody holds are missing.
 * @param now given when they are looked up because they were sent again
 */
export async function holdersOf(
  tx: Transaction,
  { identifiers, now }: { identifiers: readonly Identifier[]; now?: Date },
): Promise<Map<string, Holder>> {
  const distinct = [...new Map(identifiers.map((one) => [identifierName(one), one])).values()];
  if (distinct.length === 0) return new Map();
  const rows = await tx.query<{ asked: number; id: string; side: string | null; seenLongAgo: boolean }>(
    `/* holders of identifiers */
    select asked.number as asked, i.profile_id as id, nullif(i.recorded_profile_id, i.profile_id) as side,
      coalesce(i.last_seen_at < $4::timestamptz, false) as "seenLongAgo"
    from ${rowsOf({ shard: '$1::int[]', namespace: '$2::text[]', value: '$3::text[]' }, 'number')} as asked
    cross join lateral (
      select * from identifier i
      where i.shard = asked.shard and i.namespace = asked.namespace and i.value = asked.value offset 0
    ) i`,
    [
      ints(distinct.map((identifier) => shardOfIdentifier(tx.workspaceId, identifier))),
      texts(distinct.map((identifier) => identifier.namespace)),
      texts(distinct.map((identifier) => identifier.value)),
      now ? new Date(now.getTime() - SEEN_EVERY_MS) : null,
    ],
  );
  return new Map(
    rows.map(({ asked, id, side, seenLongAgo }) => [
      identifierName(distinct[asked - 1] as Identifier),
      { shard: shardOfId(tx.workspaceId, id), id, side: side ?? id, seenLongAgo },
    ]),
  );
}

/** What a plan must know of profiles before it joins anything to them, by profile id. */
export async function profileStates(
  tx: Transaction,
  profiles: readonly ProfileRef[],
): Promise<Map<string, ProfileState>> {
  if (profiles.length === 0) return new Map();
  const rows = await tx.query<{ id: string; createdAt: Date; held: Record<string, number> }>(
    `/* states of profiles */
    select p.id, p.created_at as "createdAt", (
      select coalesce(jsonb_object_agg(namespace, count order by namespace), '{}') from (
        select i.namespace, count(*) from identifier i
        where i.profile_shard = p.shard and i.profile_id = p.id group by i.namespace
      ) counts
    ) as held
    from unnest($1::int[], $2::uuid[]) as asked(shard, id)
    cross join lateral (
      select * from profile p where p.shard = asked.shard and p.id = asked.id offset 0
    ) p`,
    [ints(profiles.map(({ shard }) => shard)), uuids(profiles.map(({ id }) => id))],
  );
  return new Map(rows.map(({ id, createdAt, held }) => [id, { createdAt, held }]));
}

/** Whether anybody holds an identifier of a namespace: one look into the index for each shard. */
export async function hasIdentifiers(tx: Transaction, namespace: string): Promise<boolean> {
  const { from, until } = shardRange(tx.workspaceId);
  const [row] = await tx.query<{ found: boolean }>(
    `/* has identifiers */
    select exists (
      select from generate_series($1::int, $2::int) as s(shard)
      cross join lateral (
        select from identifier i where i.shard = s.shard and i.namespace = $3 limit 1
      ) i
    ) as found`,
    [from, until - 1, namespace],
  );
  return row?.found ?? false;
}

/** An identifier as it is read, with its id: that of the side to which it came, so that no merge changes it. */
export function withId(row: Omit<IdentifierRow, 'id'>, context: RequestContext): IdentifierRow {
  const name = ['identifier', row.namespace, row.value];
  return { ...row, id: context.service(HeldIds).of(row.recordedProfileId, name) };
}

/** The identifiers of a profile, the longest known first. */
export function inOrder(rows: readonly IdentifierRow[]): IdentifierRow[] {
  return rows.toSorted((a, b) => compareKeys(placeOf(a), placeOf(b)));
}

/** Its place in the list of its profile. It neither changes nor tells anything of the value. */
export function placeOf(row: IdentifierRow): SortKey {
  return [row.firstSeenAt.toISOString(), row.namespace, row.id];
}

/** Loads the identifiers of profiles, the longest known first. */
export const identifiersOfProfiles =
  (context: RequestContext) =>
  async (profiles: readonly ProfileRef[]): Promise<IdentifierRow[][]> => {
    const rows = await context.query<Omit<IdentifierRow, 'id'>>(
      `/* identifiers of profiles */
      select ${IDENTIFIER_COLUMNS}
      from unnest($1::int[], $2::uuid[]) as asked(shard, id)
      cross join lateral (
        select * from identifier i where i.profile_shard = asked.shard and i.profile_id = asked.id offset 0
      ) i`,
      [profiles.map((profile) => profile.shard), profiles.map((profile) => profile.id)],
    );
    const byProfile = Map.groupBy(rows, (row) => row.profileId);
    return profiles.map(({ id }) => inOrder((byProfile.get(id) ?? []).map((row) => withId(row, context))));
  };
