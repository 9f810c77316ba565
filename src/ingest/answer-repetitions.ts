import { holdersOf, identifierName, strongestOf } from '../identity/index.js';
import type { Namespaces } from '../identity/index.js';
import { OnefoldError } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { receiptName } from './claim-receipts.js';
import type { Receipt } from './claim-receipts.js';
import { isNamed } from './item.js';
import type { Item, NamedItem, Outcome } from './item.js';

interface AnswerRepetitions {
  items: readonly Item[];
  /** The first item of each externalId in the batch, by `receiptName`. */
  leaders: ReadonlyMap<string, NamedItem>;
  /** Of what was accepted before the batch, likewise. */
  receipts: ReadonlyMap<string, Receipt>;
  namespaces: Namespaces;
}

/**
 * What has been accepted before, in this batch or long ago, is a duplicate with the same body and a conflict with
 * another. Items that have an outcome keep it.
 */
export async function answerRepetitions(
  tx: Transaction,
  { items, leaders, receipts, namespaces }: AnswerRepetitions,
  outcomes: Map<Item, Outcome>,
): Promise<void> {
  const repetitions: { item: NamedItem; receipt: Receipt }[] = [];
  for (const item of items) {
    if (outcomes.has(item) || !isNamed(item)) continue;
    // What could never be accepted repeats only what was accepted before its batch.
    const leader = item.errors.length === 0 ? leaders.get(receiptName(item)) : undefined;
    const receipt = receipts.get(receiptName(item)) ?? (leader && receiptOf(leader));
    if (receipt) repetitions.push({ item, receipt });
  }
  if (repetitions.length === 0) return;
  const holders = await holdersOf(tx, { identifiers: repetitions.flatMap(({ item }) => item.identifiers) });
  for (const { item, receipt } of repetitions) {
    if (!receipt.digest.equals(item.digest)) {
      outcomes.set(item, {
        status: 'CONFLICT',
        externalId: item.externalId,
        eventId: receipt.eventId,
        profileId: null,
        errors: [new OnefoldError('EXTERNAL_ID_CONFLICT', { path: ['externalId'] })],
        warnings: item.warnings,
      });
      continue;
    }
    const strongest = strongestOf(namespaces, item.identifiers);
    const owner = strongest && holders.get(identifierName(strongest));
    outcomes.set(item, {
      status: 'DUPLICATE',
      externalId: item.externalId,
      eventId: receipt.eventId,
      profileId: owner?.id ?? null,
      errors: [],
      warnings: item.warnings,
    });
  }
}

function receiptOf(item: Item): Receipt {
  return { digest: item.digest, eventId: item.event?.id ?? null };
}
