import { OnefoldError } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import type { ProfileRef } from '../profiles/index.js';
import { shardOfIdentifier } from './identifier.js';
import { IDENTIFIER_COLUMNS } from './identifier.reads.js';
import type { IdentifierRow } from './identifier.reads.js';
import { lockHolder } from './lock-holder.js';
import type { NamedIdentifier } from './lock-holder.js';
import type { Merging } from './merging.js';

interface RemoveIdentifier extends NamedIdentifier {
  now: Date;
  merging: Merging;
}

/**
 * Takes an identifier, in whatever spelling, from the profile that holds it. Facts that came with it stay; an item
 * that brings it again is about whom its identifiers then say.
 * @returns who held it, and the identifier as it was
 * @throws OnefoldError LAST_IDENTIFIER, NAMESPACE_UNKNOWN, IDENTIFIER_INVALID, IDENTIFIER_UNKNOWN
 */
export async function removeIdentifier(
  tx: Transaction,
  { now, merging, ...named }: RemoveIdentifier,
): Promise<{ holder: ProfileRef; removed: Omit<IdentifierRow, 'id'> }> {
  const { holder, identifier } = await lockHolder(tx, named);
  const held = await tx.query(`select from identifier where profile_shard = $1 and profile_id = $2 limit 2`, [
    holder.shard,
    holder.id,
  ]);
  if (held.length < 2) throw new OnefoldError('LAST_IDENTIFIER', { path: ['value'] });
  const [removed] = await tx.query<Omit<IdentifierRow, 'id'>>(
    `delete from identifier i where i.shard = $1 and i.namespace = $2 and i.value = $3 returning ${IDENTIFIER_COLUMNS}`,
    [shardOfIdentifier(tx.workspaceId, identifier), identifier.namespace, identifier.value],
  );
  if (!removed) throw new Error('an identifier cannot go while the profile that holds it is locked');
  // By the clock of the database: what is compared with it begins on any server.
  await tx.write(
    `update profile set updated_at = $3, split_at = clock_timestamp() where shard = $1 and id = $2`,
    [holder.shard, holder.id, now],
  );
  await merging.lookAgain(tx, { merges: [], changed: [holder], now });
  return { holder, removed };
}
