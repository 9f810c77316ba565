export { liftItems } from './lift-items.input.js';
export { IngestQueue } from './ingest-queue.js';
export { aheadJob } from './ahead/begin-due.js';
