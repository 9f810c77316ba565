export {
  connectionOf,
  cursorsOf,
  DEFAULT_PAGE_SIZE,
  MAX_PAGE_SIZE,
  ForwardPageArgs,
  PageArgs,
  PageInfo,
  pageRequest,
  toConnection,
} from './connection.js';
export type { Connection, Edge, PageRequest } from './connection.js';
export { Cursors } from './cursor.js';
export type { ListCursors, SortKey } from './cursor.js';
export { isPassing, maskError } from './mask-error.js';
export { Node } from './node.js';
export type { NodeFinder, NodeFinders } from './node.js';
export { inTurns } from './in-turns.js';
export { KEYLESS_BYTES, LIMITS, MAX_ERRORS, OperationGate, REQUEST_BYTES } from './operation-gate.js';
export type { LiftVariables, PreparedOperation, RefusedOperation } from './operation-gate.js';
export type { Nestable } from './bound-nesting.js';
export { pageSchema } from './page-schema.js';
export { questionOf } from './question.js';
export { Rendering, renderPage } from './rendering.js';
export type { Rendered } from './rendering.js';
export { stringifyInTurns } from './stringify-in-turns.js';
export { DateScalar, DateTime, Json, NonNegativeInt, PositiveInt } from './scalars.js';
export { toUserError, UserError, withUserErrors } from './user-error.type.js';
