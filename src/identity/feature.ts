import type { Feature } from '../feature.js';
import { conflictsPart } from './conflicts.part.js';
import { ConflictResolver, findConflicts } from './conflict.resolver.js';
import { IdentifierResolver } from './identifier.resolver.js';
import { identifiersPart } from './identifiers.part.js';
import { mergesPart } from './merges.part.js';
import { Merging } from './merging.js';
import { MergeActorsResolver, MergeResolver, findMergeNodes } from './merge.resolver.js';
import { IdentifierNamespace } from './namespace.entity.js';
import { namespaceKind } from './namespace.resolver.js';
import { PreviewMergeResolver } from './preview.resolver.js';
import { findIdentifiers } from './shown-identifiers.resolver.js';
import { ProfileIdentifiersResolver } from './profile-identifiers.resolver.js';

export const identity: Feature = {
  resolvers: [
    ConflictResolver,
    IdentifierResolver,
    MergeActorsResolver,
    MergeResolver,
    namespaceKind.resolver,
    PreviewMergeResolver,
    ProfileIdentifiersResolver,
  ],
  entities: [IdentifierNamespace],
  nodes: {
    ...{ merge: findMergeNodes, conflict: findConflicts, identifier: findIdentifiers },
    ...namespaceKind.nodes,
  },
  services: ({ all }) => [new Merging(all.parts, all.lookAgain)],
  parts: [identifiersPart, mergesPart, conflictsPart],
};
