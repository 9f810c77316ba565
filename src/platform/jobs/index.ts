export { dueJob } from './due-job.js';
export type { Job, JobTools, Task } from './job.js';
export { Jobs } from './jobs.js';
export { LEASE_MS, Leases, StaleLease } from './lease.js';
export type { Lease } from './lease.js';
