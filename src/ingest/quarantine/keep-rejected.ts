import { bucketOf, byteas, instants, ints, newId, shardOf, texts, uuids } from '../../platform/index.js';
import type { OnefoldError, Transaction } from '../../platform/index.js';
import { receiptKey, receiptName } from '../claim-receipts.js';
import { isNamed } from '../item.js';
import type { Item } from '../item.js';

/** An item that was not accepted for what it holds. */
export interface RejectedItem {
  item: Item;
  errors: readonly OnefoldError[];
}

const DAY_MS = 86_400_000;
/** How long an item is kept, in days, before it goes by itself. */
export const QUARANTINE_DAYS = 90;
const MAX_TYPE = 100;

/**
 * Keeps rejected items, so that they can be replayed once the cause is fixed. One sent again, by its externalId or, if
 * it has none, by its body, takes the place of the
 * one before; with the same body it keeps the instant at which it first came, which stands for an absent `occurredAt`.
 * Whatever lay there for too long goes.
 */
export async function keepRejected(
  tx: Transaction,
  { rejects, now }: { rejects: readonly RejectedItem[]; now: Date },
): Promise<void> {
  if (rejects.length === 0) return;
  const last = new Map(rejects.map((reject) => [nameOf(reject.item), reject]));
  const rows = [...last]
    .map(([name, reject]) => ({ ...reject, name, key: keyOf(tx.workspaceId, reject.item) }))
    // In one order everywhere: batches that keep the same items wait for each other, and never in a circle.
    .sort((a, b) => a.key.shard - b.key.shard || (a.name < b.name ? -1 : 1));
  await tx.query(
    `/* keep rejected items */
    insert into quarantine as q
      (shard, source_id, external_id, id, type, body, digest, errors, codes, received_at, rejected_at)
    select shard, source_id, external_id, id, type, body, digest, errors, string_to_array(codes, ','), received_at, $10
    from unnest($1::int[], $2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::text[], $7::bytea[], $8::text[],
      $9::text[], $11::timestamptz[])
      as new(shard, source_id, external_id, id, type, body, digest, errors, codes, received_at)
    on conflict (shard, source_id, external_id, nameless) do update set
      type = excluded.type, body = excluded.body, digest = excluded.digest, errors = excluded.errors,
      codes = excluded.codes, rejected_at = excluded.rejected_at,
      received_at = case when q.digest = excluded.digest then q.received_at else excluded.received_at end`,
    [
      ints(rows.map(({ key }) => key.shard)),
      uuids(rows.map(({ key }) => key.sourceId)),
      texts(rows.map(({ key }) => key.externalId)),
      uuids(rows.map(() => newId())),
      texts(rows.map(({ item }) => typeOf(item))),
      texts(rows.map(({ item }) => bodyOf(item))),
      byteas(rows.map(({ item }) => item.digest)),
      texts(rows.map(({ errors }) => JSON.stringify(errors.map(written)))),
      texts(rows.map(({ errors }) => [...new Set(errors.map(({ code }) => code))].sort().join())),
      now,
      instants(rows.map(({ item }) => item.receivedAt)),
    ],
  );
  await tx.query(
    '/* forget rejected items */ delete from quarantine where shard >> 8 = $1 and rejected_at < $2',
    [tx.workspaceId, new Date(now.getTime() - QUARANTINE_DAYS * DAY_MS)],
  );
}

/** The keys of what is kept once: see the table's unique constraint. */
function keyOf(
  workspaceId: number,
  item: Item,
): { shard: number; sourceId: string; externalId: string | null } {
  if (isNamed(item)) return receiptKey(workspaceId, item);
  return { shard: shardOf(workspaceId, bucketOf(nameOf(item))), sourceId: item.sourceId, externalId: null };
}

function nameOf(item: Item): string {
  return isNamed(item) ? receiptName(item) : `${item.sourceId}\0\0${item.digest.toString('hex')}`;
}

function bodyOf({ raw }: Item): string | null {
  return raw === undefined ? null : JSON.stringify(raw);
}

function written({ code, message, inputPath }: OnefoldError): object {
  return { code, message, path: inputPath.map(String) };
}

/** A type that cannot be one is not looked for. */
function typeOf({ raw }: Item): string | null {
  const type = (raw as { type?: unknown } | null | undefined)?.type;
  const isKept =
    typeof type === 'string' && type.length <= MAX_TYPE && !/\p{Cc}/u.test(type) && type.isWellFormed();
  return isKept ? type : null;
}
