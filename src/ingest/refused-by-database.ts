import { OnefoldError, sqlState } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { rejected } from './item.js';
import type { Item, Outcome } from './item.js';
import { keepRejected } from './quarantine/keep-rejected.js';

/** SQLSTATE classes 22 (data exception), 23 (integrity constraint violation) and 54 (program limit exceeded). */
export function isAboutData(error: unknown): boolean {
  return /^(22|23|54)/.test(sqlState(error) ?? '');
}

/** Rejects an item that our checks let pass and the database refuses. */
export async function rejectUnkept(
  tx: Transaction,
  { item, now }: { item: Item; now: Date },
): Promise<Outcome> {
  const errors = [
    new OnefoldError('INVALID_VALUE', {
      message: 'The database cannot keep this item. Look for unusual values in it.',
    }),
  ];
  await keepRejected(tx, { rejects: [{ item, errors }], now });
  return rejected({ ...item, errors });
}
