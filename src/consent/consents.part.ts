import { movingRows } from '../profiles/index.js';

/** The ledger of consent. In a merge the ledgers of both go on as one. */
export const consentsPart = movingRows({
  movedAs: 'consents',
  table: 'consent_change',
  columns: [
    ...['id', 'type', 'endpoint', 'purpose', 'state', 'at', 'expires_at', 'legal_basis', 'evidence'],
    ...['source_id', 'received_at', 'arrival', 'backing'],
  ],
});
