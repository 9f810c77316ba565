import type { Feature } from '../feature.js';
import { AttributeDefinitionResolver } from './attribute-definition.resolver.js';
import { AttributeResolver } from './attribute.resolver.js';
import { attributeHistoryPart } from './attribute-history.part.js';
import { attributesPart } from './attributes.part.js';
import { labelsPart } from './labels/labels.part.js';
import { FacetResolver, ProfileLabelsResolver } from './labels/profile-labels.resolver.js';
import { ProfileSchemaResolver } from './labels/profile-schema.resolver.js';
import { TagResolver } from './labels/tag.resolver.js';
import { TaxonomyDefinitionResolver, TaxonomyResolver, TermResolver } from './labels/taxonomy.resolver.js';
import { ProfileChangesResolver } from './profile-changes.resolver.js';
import { ProfileResolver, findProfiles } from './profile.resolver.js';

export const profiles: Feature = {
  resolvers: [
    AttributeDefinitionResolver,
    AttributeResolver,
    FacetResolver,
    ProfileChangesResolver,
    ProfileLabelsResolver,
    ProfileResolver,
    ProfileSchemaResolver,
    TagResolver,
    TaxonomyDefinitionResolver,
    TaxonomyResolver,
    TermResolver,
  ],
  nodes: { profile: findProfiles },
  parts: [attributesPart, attributeHistoryPart, labelsPart],
};
