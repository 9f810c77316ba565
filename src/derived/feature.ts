import type { Feature } from '../feature.js';
import { derivedKind } from './derived.resolver.js';
import { ProfileDerivedResolver } from './profile-derived.resolver.js';

export const derived: Feature = {
  resolvers: [derivedKind.resolver, ProfileDerivedResolver],
  nodes: derivedKind.nodes,
};
