import type { Transaction } from '../platform/index.js';
import { definedNames, seenNames } from './known-names.js';
import { Names } from './names.js';
import type { NamesReading } from './names.js';
import type { Vocabulary } from './vocabulary.js';

/**
 * Reads something that holds names. They are looked up among the definitions; only if one is not there, everything is
 * read a second time, with what sources have sent as well.
 */
export async function readNames<T>(
  tx: Pick<Transaction, 'query'>,
  vocabulary: Vocabulary,
  read: (names: Names) => T,
  how: NamesReading = {},
): Promise<{ read: T; names: Names }> {
  const defined = new Names(definedNames(vocabulary), how);
  const result = read(defined);
  if (defined.faults.length === 0) return { read: result, names: defined };
  const names = new Names(await seenNames(tx, vocabulary), how);
  return { read: read(names), names };
}
