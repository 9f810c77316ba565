import { itemsOnRecord } from '../identity/index.js';
import { ints, NO_ID, shardRange, texts, uuids } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { keptRows, STAYING } from '../profiles/index.js';
import type { People, PersonPart } from '../profiles/index.js';
import { addressesOf } from './addresses-of.js';
import { receiptName } from './claim-receipts.js';

/** What one statement does at most. A workspace has as many receipts as it has had items. */
const AT_ONCE = { receipts: 100_000, addresses: 20 };

interface Key {
  shard: number;
  sourceId: string;
  externalId: string;
}

const KEY = 'r.shard, r.source_id as "sourceId", r.external_id as "externalId"';
const IN_STRETCH =
  '(r.shard, r.source_id, r.external_id) > ($1, $2, $3) and (r.shard, r.source_id, r.external_id) <= ($4, $5, $6)';
const OF_KEYS = `select r.* from unnest($1::int[], $2::uuid[], $3::text[]) as asked(shard, source_id, external_id)
  cross join lateral (
    select * from receipt r
    where r.shard = asked.shard and r.source_id = asked.source_id and r.external_id = asked.external_id offset 0
  ) r`;

/**
 * What was accepted. A receipt does not say whom its item was about: it holds the source, the externalId, a digest and
 * the event. Receipts belong to people if their event does, if a merge or a conflict of theirs names their item, or if
 * an e-mail address or a phone number of theirs stands in the externalId. What an item without an event has left
 * behind otherwise leads to nobody. It stays, so that its source cannot have it applied twice.
 */
export const receiptsPart: PersonPart = {
  ...STAYING,
  tables: ['receipt'],
  async *read(tx, people) {
    for await (const keys of receiptsOf(tx, people))
      yield* keptRows(tx, 'receipt', { rows: OF_KEYS, values: columnsOf(keys) });
  },
  async erase(tx, people) {
    let count = 0;
    for await (const keys of receiptsOf(tx, people))
      count += await tx.write(
        `delete from receipt r using unnest($1::int[], $2::uuid[], $3::text[]) as gone(shard, source_id, external_id)
        where r.shard = gone.shard and r.source_id = gone.source_id and r.external_id = gone.external_id`,
        columnsOf(keys),
      );
    return count;
  },
};

function columnsOf(keys: readonly Key[]): unknown[] {
  return [
    ints(keys.map(({ shard }) => shard)),
    uuids(keys.map(({ sourceId }) => sourceId)),
    texts(keys.map(({ externalId }) => externalId)),
  ];
}

/** The keys of their receipts, by stretches of the store: each once, and no empty list. */
async function* receiptsOf(tx: Transaction, people: People): AsyncGenerator<Key[], void, undefined> {
  const [items, addresses] = await Promise.all([itemsOnRecord(tx, people), addressesOf(tx, people)]);
  const whose = [
    ints(people.profiles.map(({ shard }) => shard)),
    uuids(people.profiles.map(({ id }) => id)),
    uuids(items.map(({ sourceId }) => sourceId)),
    texts(items.map(({ externalId }) => externalId)),
  ];
  for await (const stretch of stretchesOf(tx)) {
    const theirs = await tx.searching<Key>(
      `/* receipts of people */
      select ${KEY} from receipt r where ${IN_STRETCH} and (
        r.event_id in (
          select e.id from unnest($7::int[], $8::uuid[]) as asked(shard, id)
          cross join lateral (
            select e.id from event e where e.shard = asked.shard and e.profile_id = asked.id offset 0
          ) e
        )
        or (r.source_id, r.external_id) in (select * from unnest($9::uuid[], $10::text[]))
      )`,
      [...stretch, ...whose],
    );
    const found = new Map(theirs.map((key) => [receiptName(key), key]));
    for (let from = 0; from < addresses.all.length; from += AT_ONCE.addresses) {
      // The database only looks for the characters, which is quick; `areIn` then tells the whole ones.
      const holding = await tx.searching<Key>(
        `/* receipts that hold addresses */
        select ${KEY} from receipt r where ${IN_STRETCH} and r.external_id ~ '[@+]' and exists (
          select from unnest($7::text[]) as address where strpos(lower(r.external_id), address) > 0
        )`,
        [...stretch, texts(addresses.all.slice(from, from + AT_ONCE.addresses))],
      );
      for (const key of holding) if (addresses.areIn(key.externalId)) found.set(receiptName(key), key);
    }
    if (found.size > 0) yield [...found.values()];
  }
}

/** @returns the keys after which each stretch of the workspace's receipts begins and with which it ends */
async function* stretchesOf(tx: Transaction): AsyncGenerator<unknown[], void, undefined> {
  const { from, until } = shardRange(tx.workspaceId);
  // No source has this id, so these two are before and after all.
  const end: unknown[] = [until, NO_ID, ''];
  let after: unknown[] = [from, NO_ID, ''];
  for (;;) {
    const [last] = await tx.query<Key>(
      `/* end of a stretch of receipts */
      select ${KEY} from receipt r where ${IN_STRETCH}
      order by r.shard, r.source_id, r.external_id offset ${AT_ONCE.receipts - 1} limit 1`,
      [...after, ...end],
    );
    if (!last) break;
    const to = [last.shard, last.sourceId, last.externalId];
    yield [...after, ...to];
    after = to;
  }
  yield [...after, ...end];
}
