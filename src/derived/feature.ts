import type { Feature } from '../feature.js';
import { DerivedResolver } from './derived.resolver.js';
import { ProfileDerivedResolver } from './profile-derived.resolver.js';

export const derived: Feature = {
  resolvers: [DerivedResolver, ProfileDerivedResolver],
};
