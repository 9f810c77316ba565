import { readJson, turns } from '../../platform/index.js';
import type { Database, Transaction } from '../../platform/index.js';
import type { IngestQueue } from '../ingest-queue.js';
import type { Item, Outcome } from '../item.js';
import { itemDefinitions } from '../item-definitions.js';
import { parseItem } from '../parse-item.js';
import { clearAccepted } from './clear-accepted.js';
import { quarantinedToReplay } from './quarantine.reads.js';
import type { QuarantineFilter } from './quarantine.reads.js';

interface ReplayQuarantine {
  workspaceId: number;
  /** Whose share of the connections it uses. */
  keyId: string;
  filter: QuarantineFilter;
  limit: number;
  now: Date;
}

/**
 * Sends rejected items through the pipeline once more, each in the name of its source, as if it came when it came
 * first. Receipts see to it that none is applied twice, whoever else replays or sends them meanwhile.
 * @returns one outcome for each item that was found
 * @throws OnefoldError THROTTLED
 */
export async function replayQuarantine(
  { database, queue }: { database: Database; queue: IngestQueue },
  { workspaceId, keyId, filter, limit, now }: ReplayQuarantine,
): Promise<Outcome[]> {
  const transaction = <T>(work: (tx: Transaction) => Promise<T>) =>
    database.transaction(workspaceId, work, { keyId });
  const { rows, definitions } = await transaction(async (tx) => ({
    rows: await quarantinedToReplay(tx, filter, limit),
    definitions: await itemDefinitions.read(tx),
  }));
  const parsed: Item[] = [];
  for (const row of rows) {
    await turns.next(keyId);
    const { sourceId, receivedAt, id, digest } = row;
    const arrival = row.arrival ?? receivedAt.getTime() * 1_000;
    const reading = { sourceId, keyId, receivedAt, requestedAt: now, arrival, definitions };
    parsed.push(parseItem(readJson(row.body ?? ''), { ...reading, replayed: { id, digest } }));
  }
  const outcomes = await queue.submit(workspaceId, parsed);
  const ids = rows.filter((_, index) => outcomes[index]?.status !== 'REJECTED').map(({ id }) => id);
  if (ids.length > 0) await transaction((tx) => clearAccepted(tx, ids));
  return outcomes;
}
