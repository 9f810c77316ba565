import { OnefoldError, Refusals } from '../../platform/index.js';
import type { Transaction } from '../../platform/index.js';
import { findReceipts } from '../claim-receipts.js';
import { isNamed } from '../item.js';
import type { Item } from '../item.js';
import { itemDefinitions } from '../item-definitions.js';
import { parseItem } from '../parse-item.js';
import { keptItem } from './kept-item.js';

interface UpdateQuarantined {
  id: string;
  /** What takes the place of the item: JSON of any form. */
  item: unknown;
  ifUnchangedSince: Date | null;
  /** Who changes it. */
  keyId: string;
  now: Date;
}

interface Standing {
  sourceId: string;
  receivedAt: Date;
  /** Null when it came before arrivals were kept. */
  arrival: number | null;
  rejectedAt: Date;
  digest: Buffer;
  originalDigest: Buffer | null;
}

/**
 * Changes an item in quarantine. It stays what it was otherwise: of its source, and of the instant at which it came. It
 * is read again, and waits with what is still wrong with it to be replayed.
 * @throws Refusals, OnefoldError QUARANTINED_UNKNOWN, CHANGED_SINCE, EXTERNAL_ID_CONFLICT, and TOO_LONG or INVALID_VALUE
 * for what is too large to be kept
 */
export async function updateQuarantined(
  tx: Transaction,
  { id, item, ifUnchangedSince, keyId, now }: UpdateQuarantined,
): Promise<void> {
  // A row changes its key by insert of a copy, so it is the same whether the externalId changes or not.
  const [standing] = await tx.query<Standing>(
    `delete from quarantine q where q.shard >> 8 = $1 and q.id = $2 and not exists (
      select from receipt r where r.shard = q.shard and r.source_id = q.source_id and r.external_id = q.external_id
    )
    returning q.source_id as "sourceId", q.received_at as "receivedAt", q.rejected_at as "rejectedAt",
      q.arrival::float8 as arrival, q.digest, q.original_digest as "originalDigest"`,
    [tx.workspaceId, id],
  );
  if (!standing) throw new OnefoldError('QUARANTINED_UNKNOWN', { path: ['id'] });
  if (ifUnchangedSince && standing.rejectedAt > ifUnchangedSince)
    throw new OnefoldError('CHANGED_SINCE', { path: ['ifUnchangedSince'] });
  const { sourceId, receivedAt } = standing;
  const definitions = await itemDefinitions.read(tx);
  const arrival = standing.arrival ?? receivedAt.getTime() * 1_000;
  const changed = parseItem(item, { sourceId, keyId, receivedAt, requestedAt: now, arrival, definitions });
  if (changed.raw === undefined)
    throw new Refusals(
      changed.errors.map(({ code, message }) => new OnefoldError(code, { message, path: ['item'] })),
    );
  if (isNamed(changed) && (await findReceipts(tx, [changed])).size > 0)
    throw taken(
      'An item with this externalId was accepted before. Drop this one, or give it another externalId.',
    );
  if (!(await insertChanged(tx, { id, changed, standing, now })))
    throw taken(
      'Another item in quarantine has this externalId. Drop one of the two, or give it another externalId.',
    );
}

/** @returns whether it could be: no other item has its place */
async function insertChanged(
  tx: Transaction,
  { id, changed, standing, now }: { id: string; changed: Item; standing: Standing; now: Date },
): Promise<boolean> {
  const kept = keptItem(tx.workspaceId, changed, changed.errors);
  const original = standing.originalDigest ?? standing.digest;
  const inserted = await tx.query(
    `insert into quarantine
      (shard, source_id, external_id, id, type, body, digest, errors, codes, received_at, rejected_at, original_digest, arrival)
    values ($1, $2, $3, $4, $5, $6, $7, $8, string_to_array($9, ','), $10, $11, nullif($12::bytea, $7), $13::bigint)
    on conflict do nothing returning id`,
    [
      ...[kept.shard, kept.sourceId, kept.externalId, id, kept.type, kept.body, kept.digest, kept.errors],
      ...[kept.codes, standing.receivedAt, now, original, standing.arrival],
    ],
  );
  return inserted.length > 0;
}

function taken(message: string): OnefoldError {
  return new OnefoldError('EXTERNAL_ID_CONFLICT', { path: ['item', 'externalId'], message });
}
