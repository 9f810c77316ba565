import type { Feature } from '../feature.js';
import { AttributeDefinitionResolver, attributeKind } from './attribute-definition.resolver.js';
import { AttributeResolver } from './attribute.resolver.js';
import { attributeHistoryPart } from './attribute-history.part.js';
import { attributesPart } from './attributes.part.js';
import { labelsPart } from './labels/labels.part.js';
import { FacetResolver, ProfileLabelsResolver } from './labels/profile-labels.resolver.js';
import { profileSchemaKind, ProfileSchemaResolver } from './labels/profile-schema.resolver.js';
import { tagKind } from './labels/tag.resolver.js';
import { taxonomyKind, TaxonomyResolver, TermResolver } from './labels/taxonomy.resolver.js';
import { ProfileChangesResolver } from './profile-changes.resolver.js';
import { ProfileResolver, findProfiles } from './profile.resolver.js';

export const profiles: Feature = {
  resolvers: [
    AttributeDefinitionResolver,
    attributeKind.resolver,
    AttributeResolver,
    FacetResolver,
    ProfileChangesResolver,
    ProfileLabelsResolver,
    ProfileResolver,
    profileSchemaKind.resolver,
    ProfileSchemaResolver,
    tagKind.resolver,
    taxonomyKind.resolver,
    TaxonomyResolver,
    TermResolver,
  ],
  nodes: {
    profile: findProfiles,
    ...attributeKind.nodes,
    ...profileSchemaKind.nodes,
    ...tagKind.nodes,
    ...taxonomyKind.nodes,
  },
  parts: [attributesPart, attributeHistoryPart, labelsPart],
};
