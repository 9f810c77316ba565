import { byteas, idOfArrival, texts, uuids } from '../../platform/index.js';
import type { OnefoldError, Transaction } from '../../platform/index.js';
import type { Item } from '../item.js';
import { keptItem } from './kept-item.js';
import { putIntoQuarantine } from './put-into-quarantine.js';

/** An item that was not accepted for what it holds. */
export interface RejectedItem {
  item: Item;
  errors: readonly OnefoldError[];
}

interface KeepRejected {
  rejects: readonly RejectedItem[];
  now: Date;
}

/**
 * Forgets those of `items` that lay in quarantine and were accepted, now or before. One that was changed meanwhile so
 * that it is another item stays.
 */
export async function leaveQuarantine(tx: Transaction, items: readonly Item[]): Promise<void> {
  const ids = items.flatMap(({ replayed }) => replayed?.id ?? []);
  if (ids.length === 0) return;
  await tx.query(
    `/* leave quarantine */
    delete from quarantine where shard >> 8 = $1 and id = any(array(
      select q.id from quarantine q where q.shard >> 8 = $1 and q.id = any($2::uuid[]) and exists (
        select from receipt r where r.shard = q.shard and r.source_id = q.source_id and r.external_id = q.external_id
      )
      order by q.shard, q.source_id, q.external_id for update of q
    ))`,
    [tx.workspaceId, uuids(ids)],
  );
}

const DAY_MS = 86_400_000;
/** How long an item is kept, in days, before it goes by itself. */
export const QUARANTINE_DAYS = 90;

/**
 * Keeps rejected items, so that they can be replayed once the cause is fixed. One that is sent again takes the place of
 * the one before; of one that was replayed it is said what is still wrong with it. What has lain there for too long goes.
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
    ...{ id: idOfArrival(item.arrival), receivedAt: item.receivedAt, arrival: item.arrival },
    originalDigest: item.digest,
  }));
  // One sent twice in a batch takes its place once.
  const entering = [...new Map(all.map((one) => [one.name, one])).values()];
  await putIntoQuarantine(tx, { entering, ifTaken: 'REPLACE', now });
}
