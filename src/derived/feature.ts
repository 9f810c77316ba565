import type { Feature } from '../feature.js';
import { derivedKind, DerivedValueResolver } from './derived.resolver.js';
import { ProfileDerivedResolver } from './profile-derived.resolver.js';

export const derived: Feature = {
  resolvers: [derivedKind.resolver, DerivedValueResolver, ProfileDerivedResolver],
  nodes: derivedKind.nodes,
};
