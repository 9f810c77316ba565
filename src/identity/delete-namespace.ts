import { changeCatalogue } from '../definitions/index.js';
import { OnefoldError } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { hasIdentifiers } from './identifier.reads.js';
import { namespaces } from './namespace-catalogue.js';
import { IdentifierNamespace } from './namespace.entity.js';
import { NAMESPACES } from './namespaces.js';

/**
 * Takes back what the workspace has said of a namespace: one of its own is gone, a shipped one is as shipped again.
 * @throws OnefoldError NAMESPACE_UNKNOWN, NAMESPACE_SHIPPED, NAMESPACE_IN_USE
 */
export async function deleteNamespace(tx: Transaction, { key }: { key: string }): Promise<void> {
  await changeCatalogue(tx);
  const standing = (await namespaces.read(tx)).get(key);
  if (!standing) throw new OnefoldError('NAMESPACE_UNKNOWN', { path: ['key'] });
  if (!standing.updatedAt) throw new OnefoldError('NAMESPACE_SHIPPED', { path: ['key'] });
  const isReadAlike = NAMESPACES.get(key)?.normalizer === standing.normalizer;
  if (!isReadAlike && (await hasIdentifiers(tx, key)))
    throw new OnefoldError('NAMESPACE_IN_USE', { path: ['key'] });
  await tx.em.nativeDelete(IdentifierNamespace, { workspaceId: tx.workspaceId, key });
}
