import { OnefoldError } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { cancelBuilds, startBuilds } from './segment-build.js';
import type { Segment, TargetState } from './segment.entity.js';

/**
 * Brings membership in line with what a segment is from now on. Of one that comes to be live a build finds out who
 * belongs to it; out of one that is archived, or a draft again, a build takes everybody; of one that is paused nothing
 * changes any more. The catalogue must be the transaction's to change.
 */
export async function followTargetState(
  tx: Transaction,
  segment: Pick<Segment, 'id' | 'ruleVersion' | 'targetState'>,
  { was, keyId, now }: { was: TargetState; keyId: string | null; now: Date },
): Promise<void> {
  if (was === segment.targetState) return;
  if (segment.targetState === 'PAUSED') {
    await cancelBuilds(tx, { segmentIds: [segment.id], now });
  } else {
    await startBuilds(tx, { segments: [segment], keyId, now });
  }
}

/** @throws OnefoldError INVALID_VALUE when it would have expired already */
export function checkExpiry(expiresAt: Date | null, now: Date): void {
  if (expiresAt && expiresAt <= now)
    throw new OnefoldError('INVALID_VALUE', {
      path: ['expiresAt'],
      message: 'That instant is past. Give a later one, or null for a segment that does not expire.',
    });
}
