import { changeCatalogue } from '../definitions/index.js';
import { checkUnchanged, nextUpdate, OnefoldError } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { checkNamespace } from './check-namespace.js';
import { insertNamespace, ownLists } from './define-namespace.js';
import { hasIdentifiers } from './identifier.reads.js';
import { namespaces } from './namespace-catalogue.js';
import { IdentifierNamespace } from './namespace.entity.js';
import { withChanges } from './with-changes.js';
import type { NamespaceChanges } from './with-changes.js';

/**
 * Changes how identifiers are believed from the commit on; what is held already stays where it is. A shipped
 * namespace gets a row of the workspace's own.
 * @throws OnefoldError NAMESPACE_UNKNOWN, CHANGED_SINCE, NAMESPACE_IN_USE, and those of `checkNamespace`
 */
export async function updateNamespace(
  tx: Transaction,
  {
    key,
    now,
    ifUnchangedSince,
    ...changes
  }: NamespaceChanges & { key: string; now: Date; ifUnchangedSince?: Date | null | undefined },
): Promise<void> {
  await changeCatalogue(tx);
  const standing = (await namespaces.read(tx)).get(key);
  if (!standing) throw new OnefoldError('NAMESPACE_UNKNOWN', { path: ['key'] });
  checkUnchanged(standing.updatedAt, ifUnchangedSince);
  const changed = withChanges(standing, changes);
  checkNamespace(changed);
  // Values that are kept in another form would no longer be found.
  if (changed.normalizer !== standing.normalizer && (await hasIdentifiers(tx, key)))
    throw new OnefoldError('NAMESPACE_IN_USE', { path: ['normalizer'] });
  if (!standing.updatedAt) return insertNamespace(tx, changed, now);
  await tx.em.nativeUpdate(
    IdentifierNamespace,
    { workspaceId: tx.workspaceId, key },
    { ...changed, ...ownLists(changed), updatedAt: nextUpdate(standing.updatedAt, now) },
  );
}
