import { ints, uuids } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import type { People } from '../profiles/index.js';

/** The items that are named by merges of these people, as far as they stand, and by their conflicts. */
export function itemsOnRecord(
  tx: Pick<Transaction, 'query'>,
  { profiles }: People,
): Promise<{ sourceId: string; externalId: string }[]> {
  return tx.query(
    `/* items on record */
    select item.source_id as "sourceId", item.external_id as "externalId"
    from unnest($1::int[], $2::uuid[]) as asked(shard, id)
    cross join lateral (
      select m.source_id, m.external_id from profile_merge m
      where m.shard = asked.shard and m.survivor_id = asked.id and m.undone_at is null and m.cause = 'INGEST'
      union all
      select c.source_id, c.external_id from identity_conflict c
      where c.shard = asked.shard and c.profile_id = asked.id offset 0
    ) item`,
    [ints(profiles.map(({ shard }) => shard)), uuids(profiles.map(({ id }) => id))],
  );
}
