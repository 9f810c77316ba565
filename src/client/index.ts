export { createClient } from './create-client.js';
export type { CallOptions, Client, ClientOptions } from './create-client.js';
export type { IngestAnswer } from './ingest-items.js';
export { OnefoldError } from './onefold-error.js';
export type { ErrorEntry } from './onefold-error.js';
export type { Reconnect, SegmentChange, SegmentChangesOptions } from './segment-changes.js';
export type { Socket, WebSocketClass } from './web-socket.js';
export * from './generated/graphql.js';
export { fromJson, toJson } from './exact-json.js';
