import { changeCatalogue, refuseInUse } from '../definitions/index.js';
import { nextUpdate, OnefoldError, publicId } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { startBuilds } from './segment-build.js';
import { segmentCatalogue, usersOf } from './segment-catalogue.js';
import { Segment } from './segment.entity.js';

interface DeleteSegment {
  key: string;
  /** The API key in whose name it is deleted. */
  keyId: string;
  now: Date;
}

/**
 * Ends a segment. Its key is free at once; a last build tells the log that everybody has left.
 * @throws OnefoldError SEGMENT_UNKNOWN, SEGMENT_IN_USE
 */
export async function deleteSegment(tx: Transaction, input: DeleteSegment): Promise<Segment> {
  await changeCatalogue(tx);
  const catalogue = await segmentCatalogue.read(tx);
  const live = catalogue.byKey.get(input.key);
  if (!live) throw new OnefoldError('SEGMENT_UNKNOWN', { path: ['key'] });
  const users = usersOf(catalogue, input.key).map(({ definition: { id, key } }) => ({
    id: publicId('segment', id),
    called: `the segment "${key}"`,
  }));
  refuseInUse(users, ['key'], 'SEGMENT_IN_USE');
  const ended = { deletedAt: input.now, updatedAt: nextUpdate(live.definition.updatedAt, input.now) };
  const deleted = { ...live.definition, ...ended };
  await tx.em.nativeUpdate(Segment, { id: deleted.id }, ended);
  await startBuilds(tx, { segments: [deleted], keyId: input.keyId, now: input.now });
  return deleted;
}
