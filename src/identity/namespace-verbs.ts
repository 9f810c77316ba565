import { checkDefinitionKey, definitionUuid } from '../definitions/index.js';
import type { DefinitionVerbs, Standing } from '../definitions/index.js';
import { publicId } from '../platform/index.js';
import { defineNamespace, MAX_NAMESPACES } from './define-namespace.js';
import { deleteNamespace } from './delete-namespace.js';
import { NAMESPACE_PREFIX, namespaces } from './namespace-catalogue.js';
import type { Namespace, NamespaceDefinition } from './namespaces.js';
import { updateNamespace } from './update-namespace.js';
import type { NamespaceChanges } from './with-changes.js';

type NewNamespace = NamespaceChanges & Pick<NamespaceDefinition, 'semanticType'>;
/** Its semantic type cannot change. */
type ChangedNamespace = NamespaceChanges & { semanticType?: never };

/** Namespaces have a table of their own, which identifiers are read by, and refusals of their own. */
export const namespaceVerbs: DefinitionVerbs<Standing<Namespace>, NewNamespace, ChangedNamespace> = {
  limit: MAX_NAMESPACES,
  prefix: NAMESPACE_PREFIX,
  keyOf: (given) => given,
  asUser: (workspaceId, key) => ({
    id: publicId(NAMESPACE_PREFIX, definitionUuid(workspaceId, NAMESPACE_PREFIX, key)),
    called: `the namespace "${key}"`,
  }),
  checkKey: checkDefinitionKey,
  read: (tx) => namespaces.read(tx),
  define: (tx, { key, now, said }) => defineNamespace(tx, { key, ...said, now }),
  update: (tx, { key, now, ifUnchangedSince, said }) =>
    updateNamespace(tx, { key, ...said, ifUnchangedSince, now }),
  remove: (tx, { key }) => deleteNamespace(tx, { key }),
};
