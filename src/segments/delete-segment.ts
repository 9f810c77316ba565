import { changeCatalogue } from '../definitions/index.js';
import { OnefoldError, publicId } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { startBuilds } from './segment-build.js';
import { segmentCatalogue, usersOf } from './segment-catalogue.js';
import { Segment } from './segment.entity.js';

/** How many of its users a refusal leads to. */
const MAX_SUBJECTS = 100;

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
  const users = usersOf(catalogue, input.key);
  if (users.length > 0) {
    const keys = users.map((user) => `"${user.definition.key}"`).join(', ');
    throw new OnefoldError('SEGMENT_IN_USE', {
      path: ['key'],
      subjects: users.slice(0, MAX_SUBJECTS).map((user) => publicId('segment', user.definition.id)),
      message: `The rules of ${keys} refer to this segment. Change them first.`,
    });
  }
  const deleted = { ...live.definition, deletedAt: input.now, updatedAt: input.now };
  await tx.em.nativeUpdate(Segment, { id: deleted.id }, { deletedAt: input.now, updatedAt: input.now });
  await startBuilds(tx, { segments: [deleted], keyId: input.keyId, now: input.now });
  return deleted;
}
