export { liftItems } from './lift-items.input.js';
export { IngestQueue } from './ingest-queue.js';
export { itemsAhead } from './ahead/items-ahead.js';
export { whatIsAhead } from './ahead/begin-due.js';
