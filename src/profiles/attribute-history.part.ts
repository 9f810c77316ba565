import { movingRows } from './moving-rows.js';

/** All that was said of audited attributes. */
export const attributeHistoryPart = movingRows({
  movedAs: 'attributeChanges',
  table: 'attribute_change',
  columns: ['id', 'key', 'value', 'at', 'source_id', 'received_at'],
});
