import { movingRows } from '../profiles/index.js';

export const events = movingRows({
  name: 'events',
  table: 'event',
  columns: ['occurred_at', 'id', 'type', 'properties', 'source_id', 'received_at'],
});
