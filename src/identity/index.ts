export { identifierName, parseIdentifier } from './identifier.js';
export type { Identifier } from './identifier.js';
export { ownersOf } from './identifier.reads.js';
export { resolveIdentities } from './resolve-identities.js';
export type { Resolution } from './resolve-identities.js';
