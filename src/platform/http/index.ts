export { answerHeaders } from './answer-headers.js';
export { compress } from './compress.js';
export { CONNECTION_TIMES, createBoundedServer } from './connections.js';
export { crossOrigin } from './cross-origin.js';
export { negotiate, refuseLists } from './negotiate.js';
export { isLoopbackName, originRefusal, refuseOtherOrigins } from './origin-refusal.js';
export { failures, notFound, otherMethods, sendProblem } from './problem.js';
export { statusOf } from './status-of.js';
export { isFromThisMachine } from './this-machine.js';
