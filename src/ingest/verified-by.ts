import { identifierName } from '../identity/index.js';
import type { Place, Verification } from '../identity/index.js';
import type { Told } from './item.js';

const NONE: never[] = [];

/** What an item verifies of its person: what was left aside is somebody else's, or nobody's. */
export function verifiedBy({
  item,
  demotions,
}: Pick<Place, 'demotions'> & { item: Pick<Told, 'verifications'> }): readonly Verification[] {
  if (item.verifications.length === 0) return NONE;
  // By name: an item may tell one identifier twice.
  const leftAside = new Set(demotions.map(({ identifier }) => identifierName(identifier)));
  return item.verifications.filter(({ identifier }) => !leftAside.has(identifierName(identifier)));
}
