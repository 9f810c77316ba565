export { IngestQueue } from './ingest-queue.js';
