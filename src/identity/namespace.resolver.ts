import { definitionResolver } from '../definitions/index.js';
import { namespaceVerbs } from './namespace-verbs.js';
import {
  DefineIdentifierNamespaceInput,
  DeleteIdentifierNamespacePayload,
  UpdateIdentifierNamespaceInput,
} from './namespace.input.js';
import { NamespaceType } from './namespace.type.js';

export const NamespaceResolver = definitionResolver(namespaceVerbs, {
  name: 'IdentifierNamespace',
  field: 'namespace',
  noun: 'namespace',
  type: NamespaceType,
  show: (namespace) => new NamespaceType(namespace),
  list: { name: 'identifierNamespaces', gives: 'kinds of identifiers' },
  define: {
    input: DefineIdentifierNamespaceInput,
    read: (said) => said,
    description: 'Adds a kind of identifier; every server takes it from the answer on.',
  },
  update: {
    input: UpdateIdentifierNamespaceInput,
    read: (said) => said,
    description:
      'Changes a kind of identifier. It counts for what comes from now on: profiles stay as they are.',
  },
  remove: {
    payload: DeleteIdentifierNamespacePayload,
    description:
      'Deletes a kind of identifier of which there are none; a shipped one that was changed is as shipped again.',
  },
});
