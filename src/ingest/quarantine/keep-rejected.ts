import { bigints, byteas, idOfArrival, instants, ints, texts, uuids } from '../../platform/index.js';
import type { OnefoldError, Transaction } from '../../platform/index.js';
import type { Item } from '../item.js';
import { keptItem } from './kept-item.js';

/** An item that was not accepted for what it holds. */
export interface RejectedItem {
  item: Item;
  errors: readonly OnefoldError[];
}

interface KeepRejected {
  rejects: readonly RejectedItem[];
  now: Date;
}

const DAY_MS = 86_400_000;
/** How long an item is kept, in days, before it goes by itself. */
export const QUARANTINE_DAYS = 90;

/**
 * Keeps rejected items, so that they can be replayed once the cause is fixed. One sent again takes the place of the one
 * before; with the same body it keeps the instant at which it first came, which stands for an absent `occurredAt`. One
 * that was changed here is not undone when its source sends it again as it was.
 * Whatever lay there for too long goes.
 */
export async function keepRejected(tx: Transaction, { rejects, now }: KeepRejected): Promise<void> {
  if (rejects.length === 0) return;
  await keepSent(tx, { rejects: rejects.filter(({ item }) => !item.replayed), now });
  await keepReplayed(tx, { rejects, now });
  await tx.query(
    '/* forget rejected items */ delete from quarantine where shard >> 8 = $1 and rejected_at < $2',
    [tx.workspaceId, new Date(now.getTime() - QUARANTINE_DAYS * DAY_MS)],
  );
}

/** Says what is still wrong with items in quarantine. Those that were changed or dropped since they were read are left alone. */
async function keepReplayed(tx: Transaction, { rejects, now }: KeepRejected): Promise<void> {
  const rows = rejects.flatMap(({ item, errors }) =>
    item.replayed ? [{ ...keptItem(tx.workspaceId, item, errors), ...item.replayed }] : [],
  );
  if (rows.length === 0) return;
  await tx.query(
    `/* keep replayed items */
    with same as (
      select q.shard, q.id, read.errors, read.codes
      from unnest($2::uuid[], $3::bytea[], $4::text[], $5::text[]) as read(id, digest, errors, codes)
      join quarantine q on q.id = read.id and q.digest = read.digest
      where q.shard >> 8 = $1 order by q.shard, q.source_id, q.external_id for no key update of q
    )
    update quarantine q set errors = same.errors, codes = string_to_array(same.codes, ','), rejected_at = $6
    from same where q.shard = same.shard and q.id = same.id`,
    [
      tx.workspaceId,
      uuids(rows.map(({ id }) => id)),
      byteas(rows.map(({ digest }) => digest)),
      texts(rows.map(({ errors }) => errors)),
      texts(rows.map(({ codes }) => codes)),
      now,
    ],
  );
}

async function keepSent(tx: Transaction, { rejects, now }: KeepRejected): Promise<void> {
  if (rejects.length === 0) return;
  const all = rejects.map(({ item, errors }) => ({
    ...keptItem(tx.workspaceId, item, errors),
    receivedAt: item.receivedAt,
    arrival: item.arrival,
  }));
  const rows = [...new Map(all.map((row) => [row.name, row])).values()]
    // In one order everywhere: batches that keep the same items wait for each other, and never in a circle.
    .sort((a, b) => a.shard - b.shard || (a.name < b.name ? -1 : 1));
  await tx.query(
    `/* keep rejected items */
    insert into quarantine as q
      (shard, source_id, external_id, id, type, body, digest, errors, codes, received_at, rejected_at, arrival)
    select shard, source_id, external_id, id, type, body, digest, errors, string_to_array(codes, ','), received_at, $10, arrival
    from unnest($1::int[], $2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::text[], $7::bytea[], $8::text[],
      $9::text[], $11::timestamptz[], $12::bigint[])
      as new(shard, source_id, external_id, id, type, body, digest, errors, codes, received_at, arrival)
    on conflict (shard, source_id, external_id, nameless) do update set
      type = excluded.type, body = excluded.body, digest = excluded.digest, errors = excluded.errors,
      codes = excluded.codes, rejected_at = excluded.rejected_at,
      received_at = case when q.digest = excluded.digest then q.received_at else excluded.received_at end,
      arrival = case when q.digest = excluded.digest then q.arrival else excluded.arrival end,
      original_digest = case when q.digest = excluded.digest then q.original_digest end
    where q.original_digest is distinct from excluded.digest`,
    [
      ints(rows.map(({ shard }) => shard)),
      uuids(rows.map(({ sourceId }) => sourceId)),
      texts(rows.map(({ externalId }) => externalId)),
      uuids(rows.map(({ arrival }) => idOfArrival(arrival))),
      texts(rows.map(({ type }) => type)),
      texts(rows.map(({ body }) => body)),
      byteas(rows.map(({ digest }) => digest)),
      texts(rows.map(({ errors }) => errors)),
      texts(rows.map(({ codes }) => codes)),
      now,
      instants(rows.map(({ receivedAt }) => receivedAt)),
      bigints(rows.map(({ arrival }) => arrival)),
    ],
  );
}
