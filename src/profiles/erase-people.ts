import type { Transaction } from '../platform/index.js';
import type { People, PersonPart } from './person-part.js';

/**
 * Removes everything that is kept of these people. The transaction must share the catalogue first, so that no build of a
 * segment writes down memberships meanwhile, and then lock the profiles. It goes from the last part to the first: a
 * higher feature may find what it keeps only by the rows of a lower one.
 * @returns how many rows went
 */
export async function erasePeople(
  tx: Transaction,
  { parts, people }: { parts: readonly PersonPart[]; people: People },
): Promise<number> {
  const isLast = ({ isErasedLast }: PersonPart) => Number(isErasedLast ?? false);
  let count = 0;
  for (const part of parts.toReversed().sort((a, b) => isLast(a) - isLast(b)))
    count += await part.erase(tx, people);
  return count;
}
