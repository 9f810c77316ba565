/** What a person said to being addressed for a purpose; in the order in which one wins over another of the same instant. */
export const CONSENT_STATES = ['REVOKED', 'DENIED', 'PENDING', 'UNKNOWN', 'GRANTED'] as const;
export type ConsentState = (typeof CONSENT_STATES)[number];

export const LEGAL_BASES = [
  'CONSENT',
  'CONTRACT',
  'LEGAL_OBLIGATION',
  'LEGITIMATE_INTEREST',
  'PUBLIC_TASK',
  'VITAL_INTERESTS',
] as const;
export type LegalBasis = (typeof LEGAL_BASES)[number];

const RANKS = `array[${CONSENT_STATES.map((state) => `'${state}'`).join(', ')}]`;

/**
 * The rule by which the ledger tells a state, for reads and segments alike. Of the entries that are valid at an instant
 * (said by then, not expired), the newest by the instant it was said stands; at the same instant a denial wins. So an
 * expired grant never hides a denial that is still valid. Without a valid entry the state is UNKNOWN.
 * @param now an SQL expression of that instant
 */
export function isValidAt(now: string): string {
  return `c.at <= ${now} and (c.expires_at is null or c.expires_at > ${now})`;
}

/** Orders valid entries `c` of one channel and purpose: the first one stands. What comes after the state only settles which of equal entries is shown. */
export const STANDING_FIRST = `c.at desc, array_position(${RANKS}, c.state), c.expires_at desc nulls first, c.source_id, c.id`;

/**
 * What all sides together say of the channels of a profile, from its rows `ch` of `channel`, grouped by type and
 * endpoint. Of two words of the same instant the more careful one counts.
 */
export const JOINED_CHANNEL = `
  coalesce((array_agg(ch.is_active order by ch.active_at desc nulls last, ch.is_active))[1], true) as is_active,
  (array_agg(ch.is_reachable order by ch.reachable_at desc nulls last, ch.is_reachable))[1] as is_reachable,
  max(ch.verified_at) as verified_at`;
