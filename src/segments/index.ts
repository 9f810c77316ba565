export { ChangeFeed } from './change-feed.js';
export { evaluateMembership } from './evaluate-membership.js';
export { segmentCatalogue } from './segment-catalogue.js';
export { segmentsTouched } from './segments-touched.js';
