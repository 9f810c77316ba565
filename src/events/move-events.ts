import { ints, uuids } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import type { Merge, MergeParticipant, Split } from '../profiles/index.js';

const COLUMNS =
  'e.occurred_at, e.id, e.type, e.properties, e.source_id, e.received_at, e.recorded_profile_id';

/** Events go where their profile goes, as copies under the new key. Whom they came to first stays on record. */
export const events: MergeParticipant = {
  name: 'events',
  count: countEvents,

  async merge(tx: Transaction, merges: readonly Merge[]) {
    const absorbed = merges.map((merge) => merge.absorbed);
    const from = [ints(absorbed.map(({ shard }) => shard)), uuids(absorbed.map(({ id }) => id))];
    const [moved] = await Promise.all([
      countEvents(tx, merges),
      tx.write(
        `/* move events */
        insert into event (shard, profile_id, occurred_at, id, type, properties, source_id, received_at, recorded_profile_id)
        select m.to_shard, m.to_id, ${COLUMNS}
        from unnest($1::int[], $2::uuid[], $3::int[], $4::uuid[]) as m(shard, id, to_shard, to_id)
        cross join lateral (
          select * from event e where e.shard = m.shard and e.profile_id = m.id offset 0
        ) e`,
        [
          ...from,
          ints(merges.map(({ survivor }) => survivor.shard)),
          uuids(merges.map(({ survivor }) => survivor.id)),
        ],
      ),
      tx.write(
        `delete from event e using unnest($1::int[], $2::uuid[]) as gone(shard, id)
        where e.shard = gone.shard and e.profile_id = gone.id`,
        from,
      ),
    ]);
    return moved;
  },

  async unmerge(tx: Transaction, { survivor, restored, side }: Split) {
    const mine = [survivor.shard, survivor.id, side.map(({ id }) => id)];
    await tx.write(
      `insert into event (shard, profile_id, occurred_at, id, type, properties, source_id, received_at, recorded_profile_id)
      select $4, $5, ${COLUMNS} from event e where e.shard = $1 and e.profile_id = $2 and e.recorded_profile_id = any($3::uuid[])`,
      [...mine, restored.shard, restored.id],
    );
    await tx.write(
      `delete from event e where e.shard = $1 and e.profile_id = $2 and e.recorded_profile_id = any($3::uuid[])`,
      mine,
    );
  },
};

async function countEvents(
  tx: Pick<Transaction, 'query'>,
  merges: readonly Merge[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await tx.query<{ merge: number; count: number }>(
    `/* count events */
    select m.number::int as merge, (
      select count(*) from event e where e.shard = m.shard and e.profile_id = m.id
    ) as count
    from unnest($1::int[], $2::uuid[]) with ordinality as m(shard, id, number)`,
    [ints(merges.map(({ absorbed }) => absorbed.shard)), uuids(merges.map(({ absorbed }) => absorbed.id))],
  );
  return new Map(rows.map(({ merge, count }) => [merges[merge - 1]?.id ?? '', count]));
}
