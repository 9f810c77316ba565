import { OnefoldError } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { updateProfiles } from '../profiles/index.js';
import { shardOfIdentifier } from './identifier.js';
import type { Identifier } from './identifier.js';
import { lockHolder } from './lock-holder.js';
import type { NamedIdentifier } from './lock-holder.js';
import type { Merging } from './merging.js';
import type { VerificationMethod } from './verification-method.js';

interface VerifyIdentifier extends NamedIdentifier {
  method: VerificationMethod;
  verifiedAt: Date;
  now: Date;
  merging: Merging;
}

/**
 * Notes that an identifier, in whatever spelling, was verified as the person's own. It replaces what was noted before.
 * @returns the identifier as it is stored
 * @throws OnefoldError INVALID_VALUE, NAMESPACE_UNKNOWN, IDENTIFIER_INVALID, IDENTIFIER_UNKNOWN
 */
export async function verifyIdentifier(
  tx: Transaction,
  { method, verifiedAt, now, merging, ...named }: VerifyIdentifier,
): Promise<Identifier> {
  if (verifiedAt > now) {
    throw new OnefoldError('INVALID_VALUE', {
      path: ['verifiedAt'],
      message: 'An identifier cannot have been verified in the future. Send the instant at which it was.',
    });
  }
  const { holder, identifier } = await lockHolder(tx, named);
  await tx.write(
    `update identifier set validated_at = $4, validated_by = $5 where shard = $1 and namespace = $2 and value = $3`,
    [
      shardOfIdentifier(tx.workspaceId, identifier),
      identifier.namespace,
      identifier.value,
      verifiedAt,
      method,
    ],
  );
  await updateProfiles(tx, { profiles: [{ ...holder, facts: new Map() }], now });
  await merging.lookAgain(tx, { merges: [], changed: [holder], now });
  return identifier;
}
