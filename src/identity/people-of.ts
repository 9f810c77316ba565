import { ints, shardOfId, uuids } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { livingProfiles } from '../profiles/index.js';
import type { People, ProfileRef } from '../profiles/index.js';
import { mergesInto } from './merge.reads.js';

/** The people whom these profiles stand for, living or absorbed, each of them whole. @param ids unknown ones are left out */
export async function peopleOf(
  tx: Pick<Transaction, 'query' | 'workspaceId'>,
  ids: readonly string[],
): Promise<People> {
  const found = (await livingProfiles(tx, ids)).values();
  const living: ProfileRef[] = [...new Map([...found].map((one) => [one.id, one])).values()];
  const merges = await mergesInto(tx, living);
  const absorbed = merges.map(({ absorbedId: id }) => ({ id, shard: shardOfId(tx.workspaceId, id) }));
  const identifiers = await tx.query<People['identifiers'][number]>(
    `/* identifiers of people */
    select i.namespace, i.value from unnest($1::int[], $2::uuid[]) as asked(shard, id)
    cross join lateral (
      select * from identifier i where i.profile_shard = asked.shard and i.profile_id = asked.id offset 0
    ) i`,
    [ints(living.map(({ shard }) => shard)), uuids(living.map(({ id }) => id))],
  );
  return { profiles: [...living, ...absorbed], identifiers };
}
