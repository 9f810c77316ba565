import { movingRows } from '../profiles/index.js';

export const channels = movingRows({
  name: 'channels',
  table: 'channel',
  columns: [
    ...[
      'type',
      'endpoint',
      'is_active',
      'active_at',
      'active_arrival',
      'is_reachable',
      'reachable_at',
      'reachable_arrival',
      'verified_at',
      'verified_arrival',
      'verified_by',
    ],
    ...['first_seen_at', 'last_seen_at', 'source_id'],
  ],
});

/** The ledgers of both go on as one. */
export const consents = movingRows({
  name: 'consents',
  table: 'consent_change',
  columns: [
    ...[
      'id',
      'type',
      'endpoint',
      'purpose',
      'state',
      'at',
      'expires_at',
      'legal_basis',
      'evidence',
      'source_id',
    ],
    ...['received_at', 'arrival', 'backing'],
  ],
});
