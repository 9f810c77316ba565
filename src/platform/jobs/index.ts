export type { Job, JobTools, Task } from './job.js';
export { Jobs } from './jobs.js';
export { WorkspacesDue } from './workspaces-due.js';
