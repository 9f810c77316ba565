import type { Feature } from '../feature.js';
import { RunChangesResolver } from './run-changes.resolver.js';
import { RunResolver, findRuns } from './run.resolver.js';

export const runs: Feature = {
  resolvers: [RunChangesResolver, RunResolver],
  nodes: { run: findRuns },
};
