import { definitionKind, saving } from '../definitions/index.js';
import { namespaceVerbs } from './namespace-verbs.js';
import { DefineIdentifierNamespaceInput, UpdateIdentifierNamespaceInput } from './namespace.input.js';
import { NamespaceType } from './namespace.type.js';

export const namespaceKind = definitionKind(namespaceVerbs, {
  name: 'IdentifierNamespace',
  field: 'identifierNamespace',
  noun: 'namespace',
  type: NamespaceType,
  show: (namespace) => new NamespaceType(namespace),
  one: 'identifierNamespace',
  list: { name: 'identifierNamespaces', gives: 'kinds of identifiers' },
  define: saving(
    DefineIdentifierNamespaceInput,
    'Adds a kind of identifier; every server takes it from the answer on.',
  ),
  update: saving(
    UpdateIdentifierNamespaceInput,
    'Changes a kind of identifier. It counts for what comes from now on: profiles stay as they are.',
  ),
  remove:
    'Deletes a kind of identifier of which there are none. Deleting a built-in definition restores its defaults.',
});
