import { definitionKind, saving } from '../definitions/index.js';
import { namespaceVerbs } from './namespace-verbs.js';
import { DefineIdentifierNamespaceInput, UpdateIdentifierNamespaceInput } from './namespace.input.js';
import { NamespaceType } from './namespace.type.js';

export const namespaceKind = definitionKind(namespaceVerbs, {
  name: 'IdentifierNamespace',
  field: 'identifierNamespace',
  noun: 'identifier namespace',
  type: NamespaceType,
  show: (namespace) => new NamespaceType(namespace),
  one: 'identifierNamespace',
  list: { name: 'identifierNamespaces', gives: 'identifier namespaces' },
  define: saving(
    DefineIdentifierNamespaceInput,
    'Defines an identifier namespace. Every server accepts its identifiers as soon as this is answered.',
  ),
  update: saving(
    UpdateIdentifierNamespaceInput,
    'Changes an identifier namespace. The change applies to items received from now on; profiles stay as they are.',
  ),
  remove:
    'Deletes an identifier namespace. Refused with `NAMESPACE_IN_USE` while there are identifiers of it.',
});
