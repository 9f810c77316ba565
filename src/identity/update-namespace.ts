import { changeCatalogue } from '../definitions/index.js';
import { OnefoldError } from '../platform/index.js';
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
 * @throws OnefoldError NAMESPACE_UNKNOWN, NAMESPACE_IN_USE, and those of `checkNamespace`
 */
export async function updateNamespace(
  tx: Transaction,
  { key, now, ...changes }: NamespaceChanges & { key: string; now: Date },
): Promise<void> {
  await changeCatalogue(tx);
  const standing = (await namespaces.read(tx)).get(key);
  if (!standing) throw new OnefoldError('NAMESPACE_UNKNOWN', { path: ['key'] });
  const changed = withChanges(standing, changes);
  checkNamespace(changed);
  // Values that are kept in another form would no longer be found.
  if (changed.normaliser !== standing.normaliser && (await hasIdentifiers(tx, key)))
    throw new OnefoldError('NAMESPACE_IN_USE', { path: ['normaliser'] });
  if (!standing.updatedAt) return insertNamespace(tx, changed, now);
  await tx.em.nativeUpdate(
    IdentifierNamespace,
    { workspaceId: tx.workspaceId, key },
    {
      normaliser: changed.normaliser,
      priority: changed.priority,
      maxPerProfile: changed.maxPerProfile,
      ...ownLists(changed),
      causesMerges: changed.causesMerges,
      updatedAt: now,
    },
  );
}
