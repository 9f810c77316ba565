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

/**
 * What an entry rests on. `DATED`: it says when it was said, itself or as part of an event that does. `EVIDENCE`: no
 * date, but something that proves it. `NONE`: neither, as in a list that is imported once more.
 */
export const BACKINGS = ['DATED', 'EVIDENCE', 'NONE'] as const;
export type Backing = (typeof BACKINGS)[number];

const RANKS = `array[${CONSENT_STATES.map((state) => `'${state}'`).join(', ')}]`;

const CONSENT = 'c.shard, c.profile_id, c.type, c.endpoint, c.purpose';

/** Of valid entries of one channel and purpose the first one stands. What comes after the state only settles which of equal entries is shown. */
const STANDING_FIRST = `c.at desc, c.arrival desc nulls last, array_position(${RANKS}, c.state),
  c.expires_at desc nulls first, c.source_id, c.id`;

/** Whether a grant lifts refusals before it. Evidence that is on record already is of an older opt-in. */
const LIFTS = `c.state = 'GRANTED' and (c.backing = 'DATED' or c.backing = 'EVIDENCE' and (c.evidence is null
  or row_number() over (partition by ${CONSENT}, c.evidence order by c.at, c.id) = 1))`;

/**
 * The rule by which the ledger tells a state, for reads and segments alike: a select of the entries that stand, one for
 * each person, channel and purpose. Without one the state is UNKNOWN.
 *
 * An entry counts when it is valid (said by then, not expired); so an expired grant never hides a denial that is still
 * valid. A grant that lifts nothing does not count while the newest refusal is newer than the newest grant that lifts.
 * Of entries that count, the newest by the instant it was said stands. Of the same stated instant the most careful comes
 * first; what has no date follows the order of arrival.
 *
 * All entries of a person are judged together: one by one each would go through the whole ledger.
 * @param entries a select of rows of `consent_change`, for each person and purpose all of a channel
 * @param now an SQL expression of the instant asked about
 */
export function standingAt(entries: string, now: string): string {
  return `select distinct on (${CONSENT}) c.* from (
    select c.*, (array_agg(c.state) filter (where c.state in ('REVOKED', 'DENIED') or c.lifts) over (
        partition by ${CONSENT} order by ${STANDING_FIRST} rows between unbounded preceding and unbounded following
      ))[1] as decided
    from (select c.*, ${LIFTS} as lifts from (${entries}) c) c
    where c.at <= ${now} and (c.expires_at is null or c.expires_at > ${now})
  ) c
  where c.state <> 'GRANTED' or c.lifts or coalesce(c.decided = 'GRANTED', true)
  order by ${CONSENT}, ${STANDING_FIRST}`;
}

/**
 * What all sides together say of the channels of a profile, from its rows `ch` of `channel`, grouped by type and
 * endpoint. Of two words of the same instant the one that arrived later counts.
 */
export const JOINED_CHANNEL = `
  coalesce((array_agg(ch.is_active order by ${newestFirst('active')}, ch.is_active))[1], true) as is_active,
  (array_agg(ch.is_reachable order by ${newestFirst('reachable')}, ch.is_reachable))[1] as is_reachable,
  max(ch.verified_at) as verified_at`;

/** Orders rows `ch` by what they say of one matter. */
export function newestFirst(matter: 'active' | 'reachable' | 'verified'): string {
  return `ch.${matter}_at desc nulls last, ch.${matter}_arrival desc nulls last`;
}
