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

/** @param now an SQL expression of the instant asked about */
function isValidAt(now: string, entry: string): string {
  return `${entry}.at <= ${now} and (${entry}.expires_at is null or ${entry}.expires_at > ${now})`;
}

/** Orders valid entries of one channel and purpose: the first one stands. What comes after the state only settles which of equal entries is shown. */
function standingFirst(entry: string): string {
  return `${entry}.at desc, ${entry}.arrival desc nulls last, array_position(${RANKS}, ${entry}.state),
    ${entry}.expires_at desc nulls first, ${entry}.source_id, ${entry}.id`;
}

const ofOneConsent = (a: string, b: string) =>
  ['shard', 'profile_id', 'type', 'endpoint', 'purpose']
    .map((column) => `${a}.${column} = ${b}.${column}`)
    .join(' and ');

/** Whether a grant lifts refusals before it. Evidence that is on record already is of an older opt-in. */
function lifts(grant: string): string {
  return `(${grant}.backing = 'DATED' or ${grant}.backing = 'EVIDENCE' and not exists (
    select from consent_change o where ${ofOneConsent('o', grant)} and o.evidence = ${grant}.evidence
      and (o.at, o.id) < (${grant}.at, ${grant}.id)
  ))`;
}

/**
 * The rule by which the ledger tells a state, for reads and segments alike. Of the entries `c` that count at an instant,
 * the newest by the instant it was said stands (see `STANDING_FIRST`). Without one the state is UNKNOWN.
 *
 * An entry counts when it is valid (said by then, not expired); so an expired grant never hides a denial that is still
 * valid. A grant that lifts nothing does not count while the newest refusal is newer than the newest grant that lifts.
 * @param now an SQL expression of that instant
 */
export function countsAt(now: string): string {
  return `${isValidAt(now, 'c')} and case when c.state <> 'GRANTED' or ${lifts('c')} then true else coalesce((
    select r.state = 'GRANTED' from consent_change r where ${ofOneConsent('r', 'c')} and ${isValidAt(now, 'r')}
      and (r.state in ('REVOKED', 'DENIED') or r.state = 'GRANTED' and ${lifts('r')})
    order by ${standingFirst('r')} limit 1
  ), true) end`;
}

/**
 * Orders entries `c` of one channel and purpose. Of the same stated instant the most careful comes first; what has no
 * date follows the order of arrival.
 */
export const STANDING_FIRST = standingFirst('c');

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
