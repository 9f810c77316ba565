import type { RequestContext } from '../access/index.js';
import { shardOfId } from '../platform/index.js';
import type { ProfileRef } from './profile-ref.js';

/** A profile as it is stored. */
export interface ProfileRow extends ProfileRef {
  attributes: Record<string, unknown>;
  provenance: Record<string, { at: string; source: string }>;
  createdAt: Date;
  updatedAt: Date;
}

/** Loads living profiles by UUID; null where there is none in the viewer's workspace. */
export const profileRows =
  (context: RequestContext) =>
  async (ids: readonly string[]): Promise<(ProfileRow | null)[]> => {
    const rows = await context.query<ProfileRow>(
      `/* profiles by id */
    select p.shard, p.id, p.attributes, p.provenance, p.created_at as "createdAt", p.updated_at as "updatedAt"
    from unnest($1::int[], $2::uuid[]) as asked(shard, id)
    cross join lateral (
      select * from profile p where p.shard = asked.shard and p.id = asked.id offset 0
    ) p
    where p.merged_into is null`,
      [ids.map((id) => shardOfId(context.workspaceId, id)), ids],
    );
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => byId.get(id) ?? null);
  };
