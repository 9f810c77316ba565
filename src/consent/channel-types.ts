import { canonicalKey, NORMALISERS } from '../platform/index.js';
import type { Normaliser, Whereabouts } from '../platform/index.js';

interface ChannelKind {
  /** How endpoints are brought into their canonical form. */
  normaliser: Normaliser;
  /** Says, for people, what an endpoint is. */
  endpoint: string;
}

/** All ways to reach a person that there are: a new one is one line here. */
export const CHANNEL_TYPES = {
  EMAIL: { normaliser: 'EMAIL', endpoint: 'an e-mail address' },
  SMS: { normaliser: 'PHONE', endpoint: 'a phone number with its country code' },
  PHONE: { normaliser: 'PHONE', endpoint: 'a phone number with its country code, for calls' },
  WHATSAPP: { normaliser: 'PHONE', endpoint: 'a phone number with its country code' },
  TELEGRAM: { normaliser: 'TRIMMED', endpoint: 'a name or the id of a chat' },
  PUSH: { normaliser: 'TRIMMED', endpoint: 'the token of an installed app' },
  WEB_PUSH: { normaliser: 'TRIMMED', endpoint: 'a subscription of a browser' },
  IN_APP: { normaliser: 'TRIMMED', endpoint: 'an account in an app or on a site' },
  POSTAL: { normaliser: 'TRIMMED', endpoint: 'an address, in one line' },
} as const satisfies Record<string, ChannelKind>;

export type ChannelType = keyof typeof CHANNEL_TYPES;

/** The canonical form of an endpoint; null when it cannot be one. */
export function normaliseEndpoint(
  type: ChannelType,
  endpoint: string,
  whereabouts: Whereabouts,
): string | null {
  const { normaliser } = CHANNEL_TYPES[type];
  // Tokens and addresses are longer than identifiers may be.
  return normaliser === 'TRIMMED'
    ? canonicalKey(endpoint)
    : NORMALISERS[normaliser].normalise(endpoint, whereabouts);
}
