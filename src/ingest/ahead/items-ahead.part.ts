import { movingRows } from '../../profiles/index.js';

/** Items that are dated ahead. They follow their person. */
export const itemsAheadPart = movingRows({
  movedAs: null,
  table: 'item_ahead',
  columns: ['id', 'at', 'due_at', 'source_id', 'facts', 'arrival'],
});
