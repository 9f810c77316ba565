import { Definitions, definitionUuid } from '../definitions/index.js';
import type { DefinitionFacts, Standing } from '../definitions/index.js';
import type { Transaction } from '../platform/index.js';
import { IdentifierNamespace } from './namespace.entity.js';
import { NAMESPACES, toNamespace } from './namespaces.js';
import type { Namespace } from './namespaces.js';
import { SEMANTIC_DEFAULTS } from './semantic-types.js';

/** That of the public ids of namespaces. */
export const NAMESPACE_PREFIX = 'namespace';

/** The workspace's namespaces, by key in alphabetical order: those that are shipped, over which its own rows win. */
export const namespaces = new Definitions(loadNamespaces);

async function loadNamespaces(tx: Transaction): Promise<ReadonlyMap<string, Standing<Namespace>>> {
  const rows = await tx.em.find(
    IdentifierNamespace,
    { workspaceId: tx.workspaceId },
    { disableIdentityMap: true },
  );
  const standing = (
    namespace: Namespace,
    when: Pick<DefinitionFacts, 'createdAt' | 'updatedAt'>,
  ): Standing<Namespace> => ({
    ...namespace,
    ...when,
    uuid: definitionUuid(tx.workspaceId, NAMESPACE_PREFIX, namespace.key),
    isShipped: NAMESPACES.has(namespace.key),
  });
  const own = rows.map(
    ({
      id: _id,
      workspaceId: _workspaceId,
      createdAt,
      updatedAt,
      blockedValues,
      blockedPatterns,
      ...said
    }) => {
      const defaults = SEMANTIC_DEFAULTS[said.semanticType];
      const definition = {
        ...said,
        blockedValues: blockedValues ?? defaults.blockedValues,
        blockedPatterns: blockedPatterns ?? defaults.blockedPatterns,
      };
      return standing(toNamespace(definition), { createdAt, updatedAt });
    },
  );
  const shipped = [...NAMESPACES.values()].map((one) => standing(one, { createdAt: null, updatedAt: null }));
  const all = new Map([...shipped, ...own].map((one) => [one.key, one]));
  return new Map([...all].sort(([a], [b]) => (a < b ? -1 : 1)));
}
