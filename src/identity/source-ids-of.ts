import { sources } from '../access/index.js';
import type { Transaction } from '../platform/index.js';

/** The ids of the sources with a key: one, or none. */
export async function sourceIdsOf(tx: Transaction, key: string): Promise<string[]> {
  return [...(await sources.read(tx)).values()].filter((source) => source.key === key).map(({ id }) => id);
}
