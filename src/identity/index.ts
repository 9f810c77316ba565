export { identifierName, parseIdentifier } from './identifier.js';
export type { Identifier } from './identifier.js';
export { ownersOf } from './identifier.reads.js';
export { IdentifierNamespace } from './namespace.entity.js';
export { namespaces } from './namespace-catalogue.js';
export type { Namespace, Namespaces } from './namespaces.js';
export { resolveIdentities } from './resolve-identities.js';
export type { Resolution } from './resolve-identities.js';
