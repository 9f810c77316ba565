import type { Database, Transaction } from '../../platform/index.js';
import type { IngestQueue } from '../ingest-queue.js';
import type { Outcome } from '../item.js';
import { parseQuarantined } from './parse-quarantined.js';
import { withIds } from './quarantine-filter.js';
import { quarantinedBetween } from './quarantine.reads.js';

interface ReplayQuarantined {
  workspaceId: number;
  /** Whose share of the connections it uses. */
  keyId: string;
  id: string;
  now: Date;
}

/**
 * Sends one item in quarantine through the pipeline once more. Its receipt sees to it that it is not applied twice, even
 * if somebody else replays or sends it meanwhile.
 * @returns undefined when it is not there, or was too large to be kept
 * @throws OnefoldError THROTTLED
 */
export async function replayQuarantined(
  { database, queue }: { database: Database; queue: IngestQueue },
  { workspaceId, keyId, id, now }: ReplayQuarantined,
): Promise<Outcome | undefined> {
  const read = async (tx: Transaction) => {
    const rows = await quarantinedBetween(tx, withIds([id]), { backward: false, limit: 1 });
    return parseQuarantined(tx, { rows: rows.filter(({ body }) => body !== null), keyId, now });
  };
  const items = await database.transaction(workspaceId, read, { keyId });
  const [outcome] = await queue.submit(workspaceId, items);
  return outcome;
}
