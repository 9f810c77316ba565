import type { RequestContext } from '../access/index.js';
import { shardOfId } from '../platform/index.js';
import { livingProfiles } from './living-profiles.js';
import type { ProfileRef } from './profile-ref.js';
import type { Provenance } from './provenance.js';

/** A profile as it is stored. */
export interface ProfileRow extends ProfileRef {
  attributes: Record<string, unknown>;
  provenance: Provenance;
  createdAt: Date;
  updatedAt: Date;
}

/** Loads profiles by UUID; an absorbed one gives the profile that it went into; null where there is none in the viewer's workspace. */
export const profileRows =
  (context: RequestContext) =>
  async (ids: readonly string[]): Promise<(ProfileRow | null)[]> => {
    const rows = await rowsOf(context, ids);
    const absorbed = rows.filter((row) => row.mergedInto).map((row) => row.id);
    const living =
      absorbed.length > 0
        ? await livingProfiles(await context.reading(), absorbed)
        : new Map<string, ProfileRef>();
    const survivors = await rowsOf(context, [...new Set([...living.values()].map(({ id }) => id))]);
    const byId = new Map([...rows, ...survivors].map((row) => [row.id, row]));
    return ids.map((id) => byId.get(living.get(id)?.id ?? id) ?? null);
  };

/** Loads the living profile for the id of one that may have been absorbed. */
export const livingRefs =
  (context: RequestContext) =>
  async (ids: readonly string[]): Promise<(ProfileRef | null)[]> => {
    const living = await livingProfiles(await context.reading(), ids);
    return ids.map((id) => living.get(id) ?? null);
  };

async function rowsOf(
  context: RequestContext,
  ids: readonly string[],
): Promise<(ProfileRow & { mergedInto: string | null })[]> {
  if (ids.length === 0) return [];
  return context.query(
    `/* profiles by id */
    select p.shard, p.id, p.attributes, p.provenance, p.created_at as "createdAt", p.updated_at as "updatedAt",
      p.merged_into as "mergedInto"
    from unnest($1::int[], $2::uuid[]) as asked(shard, id)
    cross join lateral (
      select * from profile p where p.shard = asked.shard and p.id = asked.id offset 0
    ) p`,
    [ids.map((id) => shardOfId(context.workspaceId, id)), ids],
  );
}
