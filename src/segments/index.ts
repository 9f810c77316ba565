export { ChangeFeed } from './change-feed.js';
export { evaluateMembership } from './evaluate-membership.js';
export { segmentCatalogue, segmentsTouched } from './segment-catalogue.js';
export type { SegmentCatalogue } from './segment-catalogue.js';
export { Segment } from './segment.entity.js';
export { SegmentWorker } from './segment-worker.js';
export { lookAgain } from './look-again.js';
export { segmentsAsUsers } from './definition-users.js';
