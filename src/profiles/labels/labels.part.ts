import { movingRows } from '../moving-rows.js';

/** Tags, terms and facets. */
export const labelsPart = movingRows({
  movedAs: 'labels',
  table: 'profile_label',
  columns: ['kind', 'label', 'is_on', 'at', 'arrival', 'source_id'],
});
