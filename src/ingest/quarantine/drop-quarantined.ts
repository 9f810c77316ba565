import type { Transaction } from '../../platform/index.js';
import { MEANT, valuesOf } from './quarantine.reads.js';
import type { QuarantineFilter } from './quarantine.reads.js';

/** Drops rejected items, those that were looked at longest ago first. @returns how many went */
export function dropQuarantined(tx: Transaction, filter: QuarantineFilter, limit: number): Promise<number> {
  return tx.write(
    `/* drop quarantined */
    delete from quarantine where shard >> 8 = $1 and id = any(array(
      select q.id from quarantine q where ${MEANT} order by q.rejected_at, q.id limit $9
    ))`,
    [...valuesOf(tx, filter), limit],
  );
}
