import type { Clock, Database } from '../platform/index.js';
import type { Job } from '../platform/jobs/index.js';
import { Builder } from './builder.js';
import { BUILDS_TOPIC, buildsToDo, noteBuildFailure } from './segment-build.js';
import type { Build } from './segment-build.js';

/** Builds segments. What has been found of people and not yet written down stays with the job. */
export function buildJob(database: Database, clock: Clock): Job<Build> {
  const builder = new Builder(database, clock);
  return {
    name: 'builds',
    topic: BUILDS_TOPIC,
    look: async (tx, now) => {
      const [builds] = await Promise.all([buildsToDo(tx, now), builder.watch(tx)]);
      builder.keepOnly(builds);
      return builds;
    },
    step: (_tools, build) => builder.advance(build),
    noteFailure: (_tools, build) => noteBuildFailure(database, clock, build),
  };
}
