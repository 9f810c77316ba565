import { checkDefinitionKey } from '../definitions/index.js';
import type { Transaction } from '../platform/index.js';
import { updateProfiles } from '../profiles/index.js';
import { shardOfIdentifier } from './identifier.js';
import type { Identifier } from './identifier.js';
import { lockHolder } from './lock-holder.js';
import type { NamedIdentifier } from './lock-holder.js';
import { namespaces } from './namespace-catalogue.js';

interface LabelIdentifier extends NamedIdentifier {
  /** null = it bears none any more. */
  label: string | null;
  now: Date;
}

/**
 * Gives an identifier, in whatever spelling, a label, and takes it from those of its semantic type in the profile.
 * @returns the identifier as it is stored
 * @throws OnefoldError KEY_INVALID, NAMESPACE_UNKNOWN, IDENTIFIER_INVALID, IDENTIFIER_UNKNOWN
 */
export async function labelIdentifier(
  tx: Transaction,
  { label, now, ...named }: LabelIdentifier,
): Promise<Identifier> {
  if (label !== null) checkDefinitionKey(label, ['label']);
  const { holder, identifier } = await lockHolder(tx, named);
  const known = await namespaces.read(tx);
  const semanticType = known.get(identifier.namespace)?.semanticType;
  const alike = [...known.values()].filter((other) => other.semanticType === semanticType);
  await tx.write(
    `update identifier set label = null where profile_shard = $1 and profile_id = $2 and label = $3 and namespace = any($4)`,
    [holder.shard, holder.id, label, alike.map((other) => other.key)],
  );
  await tx.write(`update identifier set label = $4 where shard = $1 and namespace = $2 and value = $3`, [
    shardOfIdentifier(tx.workspaceId, identifier),
    identifier.namespace,
    identifier.value,
    label,
  ]);
  await updateProfiles(tx, { profiles: [{ ...holder, facts: new Map() }], now });
  return identifier;
}
