import { checkDefinitionKey } from '../definitions/index.js';
import type { DefinitionVerbs } from '../definitions/index.js';
import { defineNamespace, MAX_NAMESPACES } from './define-namespace.js';
import { deleteNamespace } from './delete-namespace.js';
import { namespaces } from './namespace-catalogue.js';
import type { Namespace, NamespaceDefinition } from './namespaces.js';
import { updateNamespace } from './update-namespace.js';
import type { NamespaceChanges } from './with-changes.js';

type Words = NamespaceChanges & Partial<Pick<NamespaceDefinition, 'semanticType'>>;

/** Namespaces have a table of their own, which identifiers are read by, and refusals of their own. */
export const namespaceVerbs: DefinitionVerbs<Namespace, Words> = {
  name: 'namespace',
  limit: MAX_NAMESPACES,
  keyOf: (given) => given,
  checkKey: checkDefinitionKey,
  read: (tx) => namespaces.read(tx),
  define: (tx, { key, now, said: { semanticType = 'OTHER', ...changes } }) =>
    defineNamespace(tx, { key, semanticType, ...changes, now }),
  update: (tx, { key, now, said }) => updateNamespace(tx, { key, ...said, now }),
  remove: (tx, { key }) => deleteNamespace(tx, { key }),
};
