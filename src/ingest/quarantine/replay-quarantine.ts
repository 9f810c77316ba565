import type { Database } from '../../platform/index.js';
import type { IngestQueue } from '../ingest-queue.js';
import type { Outcome, RawItem } from '../item.js';
import { itemDefinitions } from '../item-definitions.js';
import { parseItem } from '../parse-item.js';
import { clearAccepted, quarantinedToReplay } from './quarantine.reads.js';
import type { QuarantinedRow, QuarantineFilter } from './quarantine.reads.js';

interface ReplayQuarantine {
  workspaceId: number;
  filter: QuarantineFilter;
  limit: number;
}

/**
 * Sends rejected items through the pipeline once more, each in the name of its source, as if it came when it came
 * first. Receipts see to it that none is applied twice, whoever else replays or sends them meanwhile.
 * @returns one outcome for each item that was found
 * @throws OnefoldError THROTTLED
 */
export async function replayQuarantine(
  { database, queue }: { database: Database; queue: IngestQueue },
  { workspaceId, filter, limit }: ReplayQuarantine,
): Promise<Outcome[]> {
  const { rows, definitions } = await database.transaction(workspaceId, async (tx) => ({
    rows: await quarantinedToReplay(tx, filter, limit),
    definitions: await itemDefinitions.read(tx),
  }));
  const items = rows.map((row) =>
    parseItem(rawOf(row), { sourceId: row.sourceId, receivedAt: row.receivedAt, definitions }),
  );
  const outcomes = await queue.submit(workspaceId, items);
  const ids = rows.filter((_, index) => outcomes[index]?.status !== 'REJECTED').map(({ id }) => id);
  if (ids.length > 0) await database.transaction(workspaceId, (tx) => clearAccepted(tx, ids));
  return outcomes;
}

function rawOf({ body }: QuarantinedRow): RawItem {
  const sent = JSON.parse(body) as Omit<RawItem, 'occurredAt'> & { occurredAt?: string | null };
  return { ...sent, occurredAt: sent.occurredAt == null ? null : new Date(sent.occurredAt) };
}
