import { checkUnchanged, nextUpdate, OnefoldError, Refusals } from '../../platform/index.js';
import type { Transaction } from '../../platform/index.js';
import { findReceipts } from '../claim-receipts.js';
import { isNamed } from '../item.js';
import { itemDefinitions } from '../item-definitions.js';
import { parseItem } from '../parse-item.js';
import { keptItem } from './kept-item.js';
import { shareQuarantine } from './quarantine-run.js';
import { putIntoQuarantine } from './put-into-quarantine.js';

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
  updatedAt: Date;
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
  shareQuarantine(tx);
  // A row changes its key by insert of a copy, so it is the same whether the externalId changes or not.
  const [standing] = await tx.query<Standing>(
    `delete from quarantine q where q.shard >> 8 = $1 and q.id = $2 and not exists (
      select from receipt r where r.shard = q.shard and r.source_id = q.source_id and r.external_id = q.external_id
    )
    returning q.source_id as "sourceId", q.received_at as "receivedAt", q.rejected_at as "updatedAt",
      q.arrival::float8 as arrival, q.digest, q.original_digest as "originalDigest"`,
    [tx.workspaceId, id],
  );
  if (!standing) throw new OnefoldError('QUARANTINED_UNKNOWN', { path: ['id'] });
  checkUnchanged(standing.updatedAt, ifUnchangedSince);
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
  const put = await putIntoQuarantine(tx, {
    entering: [
      {
        ...keptItem(tx.workspaceId, changed, changed.errors),
        ...{ id, receivedAt, arrival: standing.arrival },
        originalDigest: standing.originalDigest ?? standing.digest,
      },
    ],
    ifTaken: 'LEAVE',
    now: nextUpdate(standing.updatedAt, now),
  });
  if (put.length === 0)
    throw taken(
      'Another item in quarantine has this externalId. Drop one of the two, or give it another externalId.',
    );
}

function taken(message: string): OnefoldError {
  return new OnefoldError('EXTERNAL_ID_CONFLICT', { path: ['item', 'externalId'], message });
}
