import type { Feature } from '../feature.js';
import { RunChangesResolver } from './run-changes.resolver.js';
import { RunJob } from './run-job.js';
import { RunResolver, findRuns } from './run.resolver.js';
import { isDriven } from './run-kind.js';
import type { RunKind } from './run-kind.js';
import { RunTypes } from './run.type.js';
import type { ShownRunKind } from './run.type.js';

export const runs: Feature = {
  resolvers: [RunChangesResolver, RunResolver],
  nodes: { run: findRuns },
  services: ({ all }) => [new RunTypes(all.runKinds)],
  jobs: ({ all, service }) => [
    {
      lane: 'RUNS',
      job: new RunJob(
        all.runKinds.filter((kind): kind is ShownRunKind & RunKind => !isDriven(kind)),
        { service },
      ),
    },
  ],
};
