import { readJson, turns } from '../../platform/index.js';
import type { Transaction } from '../../platform/index.js';
import type { Item } from '../item.js';
import { itemDefinitions } from '../item-definitions.js';
import { parseItem } from '../parse-item.js';
import type { QuarantinedRow } from './quarantine.reads.js';

interface ParseQuarantined {
  /** Items that were kept whole. */
  rows: readonly QuarantinedRow[];
  /** Who replays them: whose turns they take. */
  keyId: string;
  now: Date;
}

/** Reads items in quarantine, each in the name of its source, as if it came when it came first. */
export async function parseQuarantined(
  tx: Transaction,
  { rows, keyId, now }: ParseQuarantined,
): Promise<Item[]> {
  const definitions = await itemDefinitions.read(tx);
  const parsed: Item[] = [];
  for (const { body, sourceId, receivedAt, arrival, id, digest } of rows) {
    await turns.next(keyId);
    parsed.push(
      parseItem(readJson(body ?? ''), {
        ...{ sourceId, keyId, receivedAt, requestedAt: now, definitions },
        arrival: arrival ?? receivedAt.getTime() * 1_000,
        replayed: { id, digest },
      }),
    );
  }
  return parsed;
}
