import { itemsOnRecord } from '../identity/index.js';
import { BUCKETS, ints, shardRange, texts, uuids } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { keptRows, STAYING } from '../profiles/index.js';
import type { People, PersonPart } from '../profiles/index.js';
import { addressesOf } from './addresses-of.js';

/** A workspace has as many receipts as it has had items: they are gone over in as many statements. */
const STRETCHES = 16;

const FOUND = `select r.* from receipt r where r.shard >= $1 and r.shard < $2 and (
  r.event_id in (
    select e.id from unnest($3::int[], $4::uuid[]) as asked(shard, id)
    cross join lateral (
      select e.id from event e where e.shard = asked.shard and e.profile_id = asked.id offset 0
    ) e
  )
  or (r.source_id, r.external_id) in (select * from unnest($5::uuid[], $6::text[]))
  or coalesce(r.external_id ~* $7::text, false)
)`;

/**
 * What was accepted. A receipt does not say whom its item was about: it holds the source, the externalId, a digest and
 * the event. Those of people are the ones of their events, of the items that their merges and conflicts name, and
 * those with an e-mail address or a phone number of theirs in the externalId. What an item without an event has left
 * behind otherwise leads to nobody. It stays, so that its source cannot have it applied twice.
 */
export const receiptsPart: PersonPart = {
  ...STAYING,
  tables: ['receipt'],
  async *read(tx, people) {
    for (const values of await stretchesOf(tx, people))
      yield* keptRows(tx, 'receipt', { rows: FOUND, values });
  },
  async erase(tx, people) {
    let count = 0;
    for (const values of await stretchesOf(tx, people)) {
      const gone = await tx.searching(
        `delete from receipt where (shard, source_id, external_id) in (
          select shard, source_id, external_id from (${FOUND}) found
        ) returning shard`,
        values,
      );
      count += gone.length;
    }
    return count;
  },
};

/** @returns the parameters of each stretch */
async function stretchesOf(tx: Transaction, people: People): Promise<unknown[][]> {
  const [items, addresses] = await Promise.all([itemsOnRecord(tx, people), addressesOf(tx, people)]);
  const whose = [
    ints(people.profiles.map(({ shard }) => shard)),
    uuids(people.profiles.map(({ id }) => id)),
    uuids(items.map(({ sourceId }) => sourceId)),
    texts(items.map(({ externalId }) => externalId)),
    addresses,
  ];
  const { from } = shardRange(tx.workspaceId);
  const length = BUCKETS / STRETCHES;
  return Array.from({ length: STRETCHES }, (_, index) => [
    from + index * length,
    from + (index + 1) * length,
    ...whose,
  ]);
}
