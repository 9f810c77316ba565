export { liftItems } from './lift-items.input.js';
export { IngestQueue } from './ingest-queue.js';
