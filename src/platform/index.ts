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
export { Database, sqlState } from './database.js';
export { startEmbeddedPostgres } from './embedded-postgres/index.js';
export type { EmbeddedPostgres } from './embedded-postgres/index.js';
export { ERRORS, OnefoldError, Refusals } from './errors.js';
export type { ErrorCode } from './errors.js';
export { LAST_ID, newId, NO_ID, parsePublicId, publicId, uuidOf } from './ids.js';
export type { IdPrefix } from './ids.js';
export { checkJson } from './check-json.js';
export { checkText } from './check-text.js';
export { MASK } from './mask-value.js';
export { NORMALISERS } from './normalisers.js';
export type { Normaliser } from './normalisers.js';
export { canonicalJson } from './canonical-json.js';
export { Loaders } from './loaders.js';
export { createLog } from './log.js';
export type { Log } from './log.js';
export { migrate } from './migrate.js';
export { BUCKETS, bucketOf, shardOf, shardOfId, shardRange } from './shard.js';
export { Signals } from './signals.js';
export { TextArray } from './text-array.js';
export { together } from './together.js';
export { Snapshot, Transaction } from './transaction.js';
