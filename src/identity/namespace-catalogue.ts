import { Definitions } from '../definitions/index.js';
import type { Transaction } from '../platform/index.js';
import { IdentifierNamespace } from './namespace.entity.js';
import { NAMESPACES, toNamespace } from './namespaces.js';
import type { Namespaces } from './namespaces.js';
import { SEMANTIC_DEFAULTS } from './semantic-types.js';

/** The workspace's namespaces, by key in alphabetical order: those that are shipped, over which its own rows win. */
export const namespaces = new Definitions(loadNamespaces);

async function loadNamespaces(tx: Transaction): Promise<Namespaces> {
  const rows = await tx.em.find(
    IdentifierNamespace,
    { workspaceId: tx.workspaceId },
    { disableIdentityMap: true },
  );
  const own = rows.map(({ updatedAt, blockedValues, blockedPatterns, ...row }) => {
    const defaults = SEMANTIC_DEFAULTS[row.semanticType];
    const { key, semanticType, normaliser, priority, maxPerProfile, causesMerges } = row;
    return toNamespace(
      {
        ...{ key, semanticType, normaliser, priority, maxPerProfile, causesMerges },
        blockedValues: blockedValues ?? defaults.blockedValues,
        blockedPatterns: blockedPatterns ?? defaults.blockedPatterns,
      },
      updatedAt,
    );
  });
  const all = new Map([...NAMESPACES, ...own.map((namespace) => [namespace.key, namespace] as const)]);
  return new Map([...all].sort(([a], [b]) => (a < b ? -1 : 1)));
}
