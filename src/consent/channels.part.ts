import { movingRows } from '../profiles/index.js';

/** Ways to reach the person. */
export const channelsPart = movingRows({
  movedAs: 'channels',
  table: 'channel',
  columns: [
    ...['type', 'endpoint', 'is_active', 'active_at', 'active_arrival'],
    ...['is_reachable', 'reachable_at', 'reachable_arrival'],
    ...['verified_at', 'verified_arrival', 'verified_by', 'first_seen_at', 'last_seen_at', 'source_id'],
  ],
});
