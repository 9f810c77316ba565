export { atEnd } from './at-end.js';
export { statementsOf } from './counting.js';
export { answerOf, expectError, expectNoErrors, explained, gql, post } from './graphql.js';
export type { Answer, Asking, GraphqlError } from './graphql.js';
export { hold } from './holder.js';
export type { Holder } from './holder.js';
export { ManualClock } from './manual-clock.js';
export { describeWithOwnRedis, describeWithRedis, startRedis } from './redis.js';
export type { TestRedis } from './redis.js';
export { startQueue } from './own-queue.js';
export type { OwnQueue } from './own-queue.js';
export {
  createSegment,
  defineEventType,
  defineNamespace,
  event,
  eventually,
  ingest,
  item,
  seed,
  untilLive,
} from './seed.js';
export type { ChannelInput, IngestResult, ItemInput, TagsInput } from './seed.js';
export { snapshotTables } from './snapshot-tables.js';
export { connect, openSocket, TestSocket } from './socket.js';
export type { Message } from './socket.js';
export { longestTurn } from './longest-turn.js';
export { newKey, newTenant, startServer } from './start-server.js';
export type { TestServer } from './start-server.js';
export { startProxy } from './tcp-proxy.js';
export type { TcpProxy } from './tcp-proxy.js';
export { asAdmin, cloneDatabase } from './test-database.js';
