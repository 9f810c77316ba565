import { canonicalKey, NORMALIZERS } from '../platform/index.js';
import type { Normalizer, Whereabouts } from '../platform/index.js';

interface ChannelKind {
  /** How endpoints are brought into their canonical form. */
  normalizer: Normalizer;
  /** Says, for people, what an endpoint is. */
  endpoint: string;
}

/** All ways to reach a person that there are: a new one is one line here. */
export const CHANNEL_TYPES = {
  EMAIL: { normalizer: 'EMAIL', endpoint: 'an e-mail address' },
  SMS: { normalizer: 'PHONE', endpoint: 'a phone number with its country code' },
  PHONE: { normalizer: 'PHONE', endpoint: 'a phone number with its country code, for calls' },
  WHATSAPP: { normalizer: 'PHONE', endpoint: 'a phone number with its country code' },
  TELEGRAM: { normalizer: 'TRIMMED', endpoint: 'a name or the id of a chat' },
  PUSH: { normalizer: 'TRIMMED', endpoint: 'the token of an installed app' },
  WEB_PUSH: { normalizer: 'TRIMMED', endpoint: 'a subscription of a browser' },
  IN_APP: { normalizer: 'TRIMMED', endpoint: 'an account in an app or on a site' },
  POSTAL: { normalizer: 'TRIMMED', endpoint: 'an address, in one line' },
} as const satisfies Record<string, ChannelKind>;

export type ChannelType = keyof typeof CHANNEL_TYPES;

/** The canonical form of an endpoint; null when it cannot be one. */
export function normalizeEndpoint(
  type: ChannelType,
  endpoint: string,
  whereabouts: Whereabouts,
): string | null {
  const { normalizer } = CHANNEL_TYPES[type];
  // Tokens and addresses are longer than identifiers may be.
  return normalizer === 'TRIMMED'
    ? canonicalKey(endpoint)
    : NORMALIZERS[normalizer].normalize(endpoint, whereabouts);
}
