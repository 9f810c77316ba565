export {
  connectionOf,
  cursorsOf,
  DEFAULT_PAGE_SIZE,
  MAX_PAGE_SIZE,
  PageArgs,
  PageInfo,
  pageRequest,
  toConnection,
} from './connection.js';
export type { Connection, Edge, PageRequest } from './connection.js';
export { Cursors } from './cursor.js';
export type { ListCursors, SortKey } from './cursor.js';
export { Duration, durationOf } from './duration.type.js';
export { IfUnchangedSince } from './if-unchanged-since.js';
export { isPassing, maskError } from './mask-error.js';
export { Money } from './money.type.js';
export { Node } from './node.js';
export type { NodeFinder, NodeFinders } from './node.js';
export { inTurns } from './in-turns.js';
export { operationCost } from './operation-cost.js';
export { KEYLESS_BYTES, LIMITS, MAX_ERRORS, OperationGate, REQUEST_BYTES } from './operation-gate.js';
export type { LiftVariables, PreparedOperation, RefusedOperation } from './operation-gate.js';
export type { Nestable } from './bound-nesting.js';
export { OrderDirection } from './order-direction.js';
export { deletePayloadOf, payloadOf } from './payload.js';
export type { DeletePayload, Payload } from './payload.js';
export { compareKeys, pageInOrder, pageOf } from './page-of.js';
export { pageSchema } from './page-schema.js';
export { questionOf } from './question.js';
export { Rendering, renderPage } from './rendering.js';
export type { Rendered } from './rendering.js';
export { stringifyInTurns } from './stringify-in-turns.js';
export { DateScalar, DateTime, Decimal, Json, NonNegativeInt, PositiveInt, Rule } from './scalars.js';
export { inInput, toUserError, UserError, withUserErrors } from './user-error.type.js';
