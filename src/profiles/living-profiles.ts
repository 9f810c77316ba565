import { ints, shardOfId, uuids } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import type { ProfileRef } from './profile-ref.js';

/**
 * Follows ids of absorbed profiles to those that live, through any chain. One statement for each link of the longest
 * chain, and one more. @returns by the id asked for; ids that there are not are missing
 */
export async function livingProfiles(
  tx: Pick<Transaction, 'query' | 'workspaceId'>,
  ids: readonly string[],
): Promise<Map<string, ProfileRef>> {
  const into = new Map<string, string | null>();
  for (let asked = [...new Set(ids)]; asked.length > 0;) {
    const rows = await tx.query<{ id: string; into: string | null }>(
      `/* living profiles */
      select p.id, p.merged_into as into from unnest($1::int[], $2::uuid[]) as asked(shard, id)
      cross join lateral (
        select * from profile p where p.shard = asked.shard and p.id = asked.id offset 0
      ) p`,
      [ints(asked.map((id) => shardOfId(tx.workspaceId, id))), uuids(asked)],
    );
    for (const row of rows) into.set(row.id, row.into);
    asked = [...new Set(rows.flatMap((row) => (row.into && !into.has(row.into) ? [row.into] : [])))];
  }
  const living = new Map<string, ProfileRef>();
  for (const id of ids) {
    let last = id;
    for (let next = into.get(last); next; next = into.get(last)) last = next;
    if (into.has(last)) living.set(id, { id: last, shard: shardOfId(tx.workspaceId, last) });
  }
  return living;
}
