export { ChangeFeed } from './change-feed.js';
export { evaluateMembership } from './evaluate-membership.js';
export { segmentCatalogue } from './segment-catalogue.js';
export type { SegmentCatalogue } from './segment-catalogue.js';
export { segmentsTouched } from './segments-touched.js';
export { Segment } from './segment.entity.js';
export { SegmentWorker } from './segment-worker.js';
export type { WorkOfWorkspaces } from './segment-worker.js';
export { lookAgain } from './look-again.js';
