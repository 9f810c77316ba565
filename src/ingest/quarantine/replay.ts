import { Merging } from '../../identity/index.js';
import type { Clock, Transaction } from '../../platform/index.js';
import { ingestBatch } from '../ingest-batch.js';
import type { Item, Outcome } from '../item.js';
import { isAboutData, rejectUnkept } from '../refused-by-database.js';
import { parseQuarantined } from './parse-quarantined.js';
import { quarantineRun } from './quarantine-run.js';
import { firstOfSlice } from './quarantine-slice.reads.js';

/** A type, not an interface: only such a one is a record of numbers. */
export type ReplayCounts = {
  accepted: number;
  /** Accepted before with the same body. */
  duplicates: number;
  /** Accepted before with another body. */
  conflicts: number;
  /** Still in quarantine. */
  rejected: number;
};

/** Few: while they take their turns, PostgreSQL must not take the transaction for one that has gone silent. */
const ITEMS_A_STEP = 100;
const COUNTED_AS = {
  ACCEPTED: 'accepted',
  DUPLICATE: 'duplicates',
  CONFLICT: 'conflicts',
  REJECTED: 'rejected',
} as const satisfies Record<Outcome['status'], keyof ReplayCounts>;

/**
 * Sends items in quarantine through the pipeline once more. A step's items are applied in the transaction that notes
 * them, so each counts once, and receipts see to it that none is applied twice, whoever else sends it meanwhile.
 */
export const replay = quarantineRun<ReplayCounts>({
  name: 'REPLAY',
  description: 'Sends items in quarantine through the pipeline again.',
  none: { accepted: 0, duplicates: 0, conflicts: 0, rejected: 0 },
  isWholeOnly: true,
  hasFailures: ({ rejected }) => rejected > 0,
  async work(tx, slice, { counts, keyId, now, clock, service }) {
    const { rows, isAll } = await firstOfSlice(tx, slice, ITEMS_A_STEP);
    const items = await parseQuarantined(tx, { rows, keyId: keyId ?? '', now });
    const outcomes = await ingestFirst(tx, items, { clock, merging: service(Merging) });
    const after = { ...counts };
    for (const { status } of outcomes) after[COUNTED_AS[status]] += 1;
    const isWhole = isAll && outcomes.length === rows.length;
    const last = isWhole ? null : (rows[outcomes.length - 1]?.id ?? null);
    return { counts: after, items: outcomes.length, last };
  },
});

/**
 * Should the database refuse a value that our checks let pass, fewer items are tried, until the refused one stands
 * alone; the rest is left to the next steps. The other half must not follow in this transaction: it would take locks
 * out of their order.
 * @returns the outcomes of the first items, at least one
 */
async function ingestFirst(
  tx: Transaction,
  items: readonly Item[],
  { clock, merging }: { clock: Clock; merging: Merging },
): Promise<Outcome[]> {
  const [first] = items;
  if (!first) return [];
  try {
    return await tx.apart((inner) => ingestBatch(inner, { items, clock, merging }));
  } catch (error) {
    if (!isAboutData(error)) throw error;
    if (items.length === 1) return [await rejectUnkept(tx, { item: first, now: clock.now() })];
    return ingestFirst(tx, items.slice(0, Math.ceil(items.length / 2)), { clock, merging });
  }
}
