import {
  CHANNEL_TYPES,
  CONSENT_STATES,
  LEGAL_BASES,
  MAX_CHANNELS,
  MAX_CONSENTS,
} from '../../../consent/index.js';
import { anything, flag, id, instant, listOf, oneOf, record, text, verified } from '../../readers.js';

const consent = record(
  {
    purpose: text,
    state: oneOf(CONSENT_STATES),
    at: instant,
    expiresAt: instant,
    legalBasis: oneOf(LEGAL_BASES),
    evidence: anything,
  },
  { needed: ['state'] },
);

const channel = record(
  {
    type: oneOf(Object.keys(CHANNEL_TYPES)),
    endpoint: id,
    isActive: flag,
    isReachable: flag,
    verified,
    replaces: id,
    consents: listOf(consent, MAX_CONSENTS),
  },
  { needed: ['type'] },
);

export const channelsForm = listOf(channel, MAX_CHANNELS);
