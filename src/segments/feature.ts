import type { Feature } from '../feature.js';
import { buildJob } from './build-job.js';
import { buildRun } from './build-run.js';
import { BuildRunResolver } from './build-run.resolver.js';
import { BuildRun } from './build-run.type.js';
import { buildTouchesPart } from './build-touches.part.js';
import { ChangeFeed } from './change-feed.js';
import { expiryJob } from './expiry-job.js';
import { ExplainResolver } from './explain.resolver.js';
import { lookAgain } from './look-again.js';
import { membershipChangesPart } from './membership-changes.part.js';
import { membershipsPart } from './memberships.part.js';
import { ProfileSegmentsResolver } from './profile-segments.resolver.js';
import { recheckJob } from './recheck-job.js';
import { rechecksPart } from './rechecks.part.js';
import { recount } from './recount.js';
import { RecountResolver } from './recount.resolver.js';
import { RecountRun } from './recount.type.js';
import { SearchResolver } from './search.resolver.js';
import { SegmentChangesResolver } from './segment-changes.resolver.js';
import { SegmentComparisonResolver } from './segment-comparison.resolver.js';
import { SegmentHistoryResolver, SegmentVersionResolver } from './segment-history.resolver.js';
import { SegmentListResolver } from './segment-list.resolver.js';
import { SegmentMembersResolver } from './segment-members.resolver.js';
import { SegmentRulesResolver } from './segment-rules.resolver.js';
import { Segment } from './segment.entity.js';
import { SegmentResolver, findSegments } from './segment.resolver.js';
import { segmentsAsUsers } from './segments-as-users.js';

/** How long a change may take to be noticed when no signal comes. */
const POLL_EVERY_MS = 1_000;

export const segments: Feature = {
  resolvers: [
    BuildRunResolver,
    ExplainResolver,
    ProfileSegmentsResolver,
    RecountResolver,
    SearchResolver,
    SegmentChangesResolver,
    SegmentComparisonResolver,
    SegmentHistoryResolver,
    SegmentListResolver,
    SegmentMembersResolver,
    SegmentResolver,
    SegmentRulesResolver,
    SegmentVersionResolver,
  ],
  entities: [Segment],
  nodes: { segment: findSegments },
  users: [segmentsAsUsers],
  services: ({ database, signals, reads, log }) => [
    new ChangeFeed({
      ...{ database, signals, reads, pollEveryMs: POLL_EVERY_MS },
      onError: (err) => log.warn({ err }, 'the change log could not be read; it is tried again'),
    }),
  ],
  jobs: ({ database, clock }) => [
    { lane: 'BUILDS', job: buildJob(database, clock) },
    { lane: 'DUE', job: recheckJob() },
    { lane: 'EXPIRY', job: expiryJob },
  ],
  lookAgain,
  runKinds: [
    { ...buildRun, type: BuildRun },
    { ...recount, type: RecountRun },
  ],
  parts: [membershipsPart, membershipChangesPart, rechecksPart, buildTouchesPart],
};
