export { requestRun } from './request-run.js';
export { RunJob } from './run-job.js';
export type { RunKind, StepInput, StepOutcome } from './run-kind.js';
export { findRuns } from './run.resolver.js';
export type { RunRow } from './run.js';
export { nameRunKinds } from './run.type.js';
export type { ShownRunKind } from './run.type.js';
