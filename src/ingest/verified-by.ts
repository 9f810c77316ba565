import type { Place, Verification } from '../identity/index.js';
import type { Told } from './item.js';

const NONE: never[] = [];

/** What an item verifies of its person: what was left aside is somebody else's, or nobody's. */
export function verifiedBy({
  item,
  demotions,
}: Pick<Place, 'demotions'> & { item: Pick<Told, 'verifications'> }): readonly Verification[] {
  if (item.verifications.length === 0) return NONE;
  return item.verifications.filter(
    ({ identifier }) => !demotions.some((demotion) => demotion.identifier === identifier),
  );
}
