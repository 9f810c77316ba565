import { ints, uuids } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { rowsOfProfiles } from '../profiles/index.js';
import type { Merge, PersonPart, Split } from '../profiles/index.js';

/** Identifiers lead to the survivor. Whose side they are of stays on record. */
export const identifiersPart: PersonPart = {
  ...rowsOfProfiles({ table: 'identifier', whose: [{ shard: 'profile_shard', id: 'profile_id' }] }),
  movedAs: 'identifiers',

  async count(tx, merges: readonly Merge[]) {
    const rows = await tx.query<{ merge: number; count: number }>(
      `/* count identifiers */
      select m.number::int as merge, (
        select count(*) from identifier i where i.profile_shard = m.shard and i.profile_id = m.id
      ) as count
      from unnest($1::int[], $2::uuid[]) with ordinality as m(shard, id, number)`,
      [ints(merges.map(({ absorbed }) => absorbed.shard)), uuids(merges.map(({ absorbed }) => absorbed.id))],
    );
    return new Map(rows.map(({ merge, count }) => [merges[merge - 1]?.id ?? '', count]));
  },

  async merge(tx: Transaction, merges: readonly Merge[]) {
    const rows = await tx.query<{ merge: number }>(
      `update identifier i set profile_shard = m.to_shard, profile_id = m.to_id
      from unnest($1::int[], $2::uuid[], $3::int[], $4::uuid[]) with ordinality as m(shard, id, to_shard, to_id, number)
      where i.profile_shard = m.shard and i.profile_id = m.id returning m.number::int as merge`,
      [
        ints(merges.map(({ absorbed }) => absorbed.shard)),
        uuids(merges.map(({ absorbed }) => absorbed.id)),
        ints(merges.map(({ survivor }) => survivor.shard)),
        uuids(merges.map(({ survivor }) => survivor.id)),
      ],
    );
    const moved = new Map<string, number>();
    for (const { merge } of rows) {
      const id = merges[merge - 1]?.id ?? '';
      moved.set(id, (moved.get(id) ?? 0) + 1);
    }
    return moved;
  },

  async unmerge(tx: Transaction, { survivor, restored, side }: Split) {
    await tx.query(
      `update identifier set profile_shard = $4, profile_id = $5
      where profile_shard = $1 and profile_id = $2 and recorded_profile_id = any($3::uuid[])`,
      [survivor.shard, survivor.id, side.map(({ id }) => id), restored.shard, restored.id],
    );
  },
};
