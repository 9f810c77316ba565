import { movingRows } from '../profiles/index.js';

/** What the person did, and what happened to them. */
export const eventsPart = movingRows({
  movedAs: 'events',
  table: 'event',
  columns: ['occurred_at', 'id', 'type', 'properties', 'source_id', 'received_at'],
});
