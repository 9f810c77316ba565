import { uuids } from '../../platform/index.js';
import type { Transaction } from '../../platform/index.js';

/** Forgets those of `ids` that have been accepted. */
export async function clearAccepted(tx: Transaction, ids: readonly string[]): Promise<void> {
  await tx.query(
    `/* clear accepted */
    delete from quarantine q where q.shard >> 8 = $1 and q.id = any($2::uuid[]) and exists (
      select from receipt r where r.shard = q.shard and r.source_id = q.source_id and r.external_id = q.external_id
    )`,
    [tx.workspaceId, uuids(ids)],
  );
}
