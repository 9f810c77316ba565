export {
  bigints,
  bits,
  byteas,
  Column,
  elementsOf,
  ints,
  instants,
  jsons,
  rowsOf,
  texts,
  uuids,
} from './columns.js';
export { systemClock } from './clock.js';
export type { Clock } from './clock.js';
export { currencyCode } from './currencies.js';
export { Database } from './database.js';
export { startEmbeddedPostgres } from './embedded-postgres/index.js';
export type { EmbeddedPostgres } from './embedded-postgres/index.js';
export { hasPages } from './event-pages.js';
export type { EventPages } from './event-pages.js';
export { ERRORS, OnefoldError, Refusals } from './errors.js';
export type { ErrorCode } from './errors.js';
export { idOfArrival, LAST_ID, newId, NO_ID, parsePublicId, publicId, uuidOf } from './ids.js';
export { checkJson } from './check-json.js';
export { didYouMean } from './did-you-mean.js';
export { furtherFaults, MAX_FAULTS } from './further-faults.js';
export { digitsOf, ExactNumber, isContainer, isNumber, numberOf } from './exact-number.js';
export { checkText } from './check-text.js';
export { checkUnchanged, nextUpdate } from './check-unchanged.js';
export { keptOr } from './kept-or.js';
export { readJson } from './read-json.js';
export { MASK } from './mask-value.js';
export { NORMALIZERS } from './normalizers.js';
export type { Normalizer } from './normalizers.js';
export { composedJson } from './composed-json.js';
export { canonicalKey, composedTexts, plainText } from './plain-text.js';
export { canonicalJson } from './canonical-json.js';
export { isBlank } from './is-blank.js';
export { exceededBound } from './json-bounds.js';
export { isTooMuchJson } from './json-text.js';
export { midnightOf, readInstant } from './read-instant.js';
export type { EpochUnit, Fault, Instant, InstantReading } from './read-instant.js';
export { dayAt, startOfDay } from './wall-clock.js';
export { ListenerReads } from './listener-reads.js';
export { Loaders } from './loaders.js';
export { createLog } from './log.js';
export type { Log } from './log.js';
export { migrate } from './migrate.js';
export { checkCountry, readCountry, readCountryName } from './read-country.js';
export { ALL_SCOPES, Scope } from './scope.js';
export { BUCKETS, bucketOf, shardOf, shardOfId, shardRange } from './shard.js';
export { rowsInPages } from './rows-in-pages.js';
export { SharedRead } from './shared-read.js';
export { Signals } from './signals.js';
export { TextArray } from './text-array.js';
export { together } from './together.js';
export {
  endedIdle,
  isUnavailable,
  LOCK_NOT_AVAILABLE,
  lostRace,
  QUERY_CANCELED,
  sqlState,
} from './passing-failure.js';
export { Snapshot, Transaction } from './transaction.js';
export { tryAgain } from './try-again.js';
export { turns } from './turns.js';
export { Watch } from './watch.js';
export type { Whereabouts } from './whereabouts.js';
