import { movingRows } from '../../profiles/index.js';

/** What waits for its instant goes where its person goes. */
export const itemsAheadPart = movingRows({
  movedAs: null,
  table: 'item_ahead',
  columns: ['id', 'at', 'due_at', 'source_id', 'facts', 'arrival'],
});
