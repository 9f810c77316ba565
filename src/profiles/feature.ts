import type { Feature } from '../feature.js';
import { AttributeResolver } from './attribute.resolver.js';
import { attributeChanges, attributes, labels } from './index.js';
import {
  LabelDefinitionsResolver,
  TaxonomyResolver,
  TermResolver,
} from './labels/label-definitions.resolver.js';
import { FacetResolver, ProfileLabelsResolver } from './labels/profile-labels.resolver.js';
import { ProfileChangesResolver } from './profile-changes.resolver.js';
import { ProfileResolver, findProfiles } from './profile.resolver.js';

export const profiles: Feature = {
  resolvers: [
    AttributeResolver,
    FacetResolver,
    LabelDefinitionsResolver,
    ProfileChangesResolver,
    ProfileLabelsResolver,
    ProfileResolver,
    TaxonomyResolver,
    TermResolver,
  ],
  nodes: { profile: findProfiles },
  parts: [attributes, attributeChanges, labels],
};
