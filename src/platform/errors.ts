interface CatalogueEntry {
  /** HTTP status when the error fails the whole request. */
  status: number;
  /** What is wrong and what to do about it, when the place that raises it has nothing more exact to say. */
  message: string;
}

/**
 * Every code that a caller can meet, and what to do then. `docs/errors.md` describes each; a test ties the two.
 * The first group fails a request (GraphQL `errors`), the second refuses a mutation or an item (`userErrors`).
 */
export const ERRORS = {
  MALFORMED_JSON: {
    status: 400,
    message: 'The request body is not JSON. Send a JSON object with `query` and `variables`.',
  },
  PAYLOAD_TOO_LARGE: {
    status: 413,
    message: 'The request is larger than 5 MB, or holds more values than are read at once. Split it.',
  },
  BAD_REQUEST: { status: 400, message: 'The request does not follow the GraphQL-over-HTTP specification.' },
  GRAPHQL_PARSE_FAILED: { status: 400, message: 'The document is not GraphQL. Fix it at the place named.' },
  GRAPHQL_VALIDATION_FAILED: {
    status: 400,
    message: 'The document does not fit the schema. Fix it at the place named.',
  },
  BAD_USER_INPUT: {
    status: 400,
    message: 'A variable or an argument has a wrong value. Fix it as the message says.',
  },
  OPERATION_RESOLUTION_FAILURE: {
    status: 400,
    message: 'The operation to run is unclear. Name one in `operationName`.',
  },
  PERSISTED_QUERY_NOT_FOUND: {
    status: 200,
    message: 'This server has not seen that persisted query. Send its text along once.',
  },
  PERSISTED_QUERY_NOT_SUPPORTED: {
    status: 200,
    message: 'Persisted queries are not supported here. Send the text.',
  },
  NOT_FOUND: { status: 404, message: 'There is nothing at this path. GraphQL is at /graphql.' },
  METHOD_NOT_ALLOWED: {
    status: 405,
    message: 'This path does not take that method. The header `Allow` lists those it takes.',
  },
  NOT_ACCEPTABLE: {
    status: 406,
    message: 'The answer is JSON. Accept `application/graphql-response+json` or `application/json`.',
  },
  REQUEST_TIMEOUT: {
    status: 408,
    message: 'The request took too long to arrive. Send it again, in smaller parts if it is large.',
  },
  HEADERS_TOO_LARGE: { status: 431, message: 'The headers of the request exceed 16 kB. Send less in them.' },
  HOST_NOT_ALLOWED: {
    status: 403,
    message:
      'This server does not go by the name in the header `Host`. Add the name to its setting ALLOWED_HOSTS.',
  },
  ORIGIN_NOT_ALLOWED: {
    status: 403,
    message: 'Pages of this origin may not use the server. Add the origin to its setting ALLOWED_ORIGINS.',
  },
  SIGN_IN_INVALID: {
    status: 403,
    message: 'The sign-in link has been used or has expired. `npm run -s sign-in` prints a new one.',
  },
  OPERATION_TOO_LARGE: {
    status: 400,
    message: 'The operation is too deep, too wide or too costly. Ask for less at a time.',
  },
  UNAUTHENTICATED: {
    status: 401,
    message:
      'The API key is missing or unknown. Send `Authorization: Bearer of_…` with a key of this server.',
  },
  KEY_INACTIVE: { status: 403, message: 'The API key has expired or was revoked. Use another one.' },
  FORBIDDEN: { status: 403, message: 'The API key lacks a scope that this needs. Use a key that has it.' },
  BATCH_TOO_LARGE: { status: 400, message: 'A batch holds at most 1,000 items. Split it.' },
  CURSOR_INVALID: {
    status: 400,
    message:
      'The cursor is not from this list. Start without one, or use one from the same list with the same filter.',
  },
  PAGE_SIZE_INVALID: { status: 400, message: 'Ask for `first` or `last`, not both, from 0 to 500.' },
  THROTTLED: {
    status: 429,
    message: 'The server has as much to do as it takes on. Send again after `retryAfterMs`.',
  },
  STATEMENT_TIMEOUT: {
    status: 503,
    message: 'The question took too long to answer. Narrow it, or try again later.',
  },
  UNAVAILABLE: {
    status: 503,
    message: 'The server cannot answer just now. Send the same again after `retryAfterMs`.',
  },
  INTERNAL_SERVER_ERROR: { status: 500, message: 'Something went wrong on our side. Report the request id.' },

  REQUIRED: { status: 400, message: 'A value is required here.' },
  INVALID_VALUE: { status: 400, message: 'The value is not of the kind that belongs here.' },
  TOO_LONG: { status: 400, message: 'The value is longer than is kept. Shorten it.' },
  TOO_MANY: { status: 400, message: 'There are more values than are kept. Send fewer.' },
  FIELD_UNKNOWN: {
    status: 400,
    message: 'There is no such field here. Leave it out, or send it where it belongs.',
  },
  OCCURRED_AT_AHEAD: {
    status: 400,
    message: '`occurredAt` is more than 24 hours ahead of the server. Fix the clock of the sender.',
  },
  IDENTIFIER_INVALID: {
    status: 400,
    message: 'The identifier cannot be read as one of its namespace. Fix its value.',
  },
  NAMESPACE_UNKNOWN: {
    status: 400,
    message: 'There is no such identifier namespace. See `identifierNamespaces` for those there are.',
  },
  NAMESPACE_IN_USE: {
    status: 409,
    message: 'There are identifiers of this namespace. Remove them first, or define another namespace.',
  },
  NAMESPACE_SHIPPED: {
    status: 409,
    message: 'This namespace is shipped with Onefold and cannot be deleted. Update it instead.',
  },
  PATTERN_INVALID: {
    status: 400,
    message: 'The pattern is not understood. Fix it as docs/identity.md says.',
  },
  IDENTIFIER_UNKNOWN: {
    status: 404,
    message: 'No profile holds that identifier. Look at the identifiers of the profile.',
  },
  LAST_IDENTIFIER: {
    status: 409,
    message:
      'It is the only identifier of its profile, which nobody could find without it. Send another first.',
  },
  DEFINITION_UNKNOWN: {
    status: 404,
    message: 'There is no definition with that key. Look at the list of those there are.',
  },
  DEFINITION_SHIPPED: {
    status: 409,
    message: 'This definition is shipped with Onefold and cannot be deleted. Update it instead.',
  },
  DEFINITION_IN_USE: {
    status: 409,
    message: 'Something else depends on this definition. Change that first.',
  },
  ATTRIBUTE_INVALID: {
    status: 400,
    message: 'The value is not what the definition of the attribute takes. Fix it.',
  },
  ATTRIBUTE_UNKNOWN: {
    status: 400,
    message: 'Nobody has defined this attribute, and its source takes no others. Define it, or leave it out.',
  },
  CHANNEL_INVALID: {
    status: 400,
    message: 'The endpoint cannot be one of a channel of this type. Fix it, or leave the channel out.',
  },
  TAG_UNKNOWN: {
    status: 400,
    message: 'There is no such tag. See `tags` for those there are, or define it.',
  },
  TERM_UNKNOWN: {
    status: 400,
    message: 'There is no such term. See `taxonomies` for those there are, or add it.',
  },
  SCHEMA_UNKNOWN: {
    status: 400,
    message: 'There is no such profile schema. See `profileSchemas` for those there are, or define it.',
  },
  PURPOSE_UNKNOWN: {
    status: 400,
    message: 'There is no such purpose. See `purposes` for those there are, or define it.',
  },
  CONTRACT_NARROWED: {
    status: 409,
    message:
      'A contract only grows: what was accepted before must go on being accepted. Add a property or an event type instead.',
  },
  EVENT_TYPE_UNKNOWN: {
    status: 400,
    message:
      'Nobody has defined this type of event, and its source takes no others. Define it, or fix the type.',
  },
  PROPERTY_UNKNOWN: {
    status: 400,
    message:
      'The contract of the event has no such property, and its source takes no others. Add it there, or leave it out.',
  },
  PROPERTY_REQUIRED: {
    status: 400,
    message: 'The contract of the event requires this property. Send it.',
  },
  PROPERTY_INVALID: {
    status: 400,
    message: 'The value is not what the contract of the event takes. Fix it.',
  },
  EXTERNAL_ID_CONFLICT: {
    status: 409,
    message: 'This externalId was accepted before with another body. Send a new fact under a new externalId.',
  },
  IDENTIFIER_BLOCKED: {
    status: 400,
    message: 'The identifier is blocked: it stands for nobody in particular. Leave it out.',
  },
  IDENTIFIERS_BLOCKED: {
    status: 400,
    message:
      'All identifiers of this item are blocked: they stand for nobody in particular. Send one that tells who it is.',
  },
  QUARANTINED_UNKNOWN: {
    status: 404,
    message:
      'There is no item with that id in quarantine. It may have been accepted or dropped meanwhile: see `quarantine`.',
  },
  CHANGED_SINCE: {
    status: 409,
    message: 'It was changed after `ifUnchangedSince`. Look at it again.',
  },
  PROFILE_UNKNOWN: {
    status: 404,
    message: 'There is no profile with that id in this workspace. See `profileByIdentifier`.',
  },
  MERGE_UNKNOWN: {
    status: 404,
    message: 'There is no merge with that id. See `merges`, or `mergedFrom` of the profile.',
  },
  MERGE_TOO_FEW: {
    status: 400,
    message: 'A merge takes at least two different profiles. Name another one.',
  },
  MERGE_UNDONE: {
    status: 409,
    message: 'This merge has been undone before. There is nothing to undo.',
  },
  RULE_INVALID: {
    status: 400,
    message: 'The rule does not hold together at the path named. Fix that node.',
  },
  RULE_TOO_LARGE: {
    status: 400,
    message: 'The rule has more nodes than are allowed. Split it into segments.',
  },
  KEY_INVALID: {
    status: 400,
    message:
      'A key is 1 to 100 lower-case letters, digits, dashes, dots or underscores, beginning with a letter or a digit.',
  },
  KEY_TAKEN: { status: 409, message: 'That key is in use. Choose another one, or update what has it.' },
  SEGMENT_UNKNOWN: {
    status: 404,
    message: 'There is no segment with that key. See `segments` for those there are.',
  },
  SEGMENT_IN_USE: { status: 409, message: 'Another segment uses this one. Change that one first.' },
  SEGMENT_CYCLE: {
    status: 409,
    message: 'The rule would make the segment depend on itself. Remove that reference.',
  },
  SOURCE_UNKNOWN: {
    status: 404,
    message: 'There is no source with that key. See `sources` for those there are.',
  },
  RUN_UNKNOWN: {
    status: 404,
    message: 'There is no run with that id in this workspace. See `runs` for those there are.',
  },
  RUN_OVER: { status: 409, message: 'The run is over, so there is nothing to cancel. Look at its `state`.' },
  RUN_NOT_CANCELABLE: {
    status: 409,
    message:
      'This build takes everybody out of a segment that is not live, so it cannot stop halfway. Wait for it to end.',
  },
  RUN_NOT_RETRYABLE: {
    status: 409,
    message: 'Only a run that failed, was canceled or expired can be retried. Look at its `state`.',
  },
  RUNS_TOO_MANY: {
    status: 409,
    message:
      'The workspace has 1,000 runs of this kind queued or under way. Wait until some are over, or cancel some.',
  },
  API_KEY_UNKNOWN: {
    status: 404,
    message: 'There is no API key with that id. See `apiKeys` for those there are.',
  },
} satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof ERRORS;

/** After how many milliseconds to try again when the code is `UNAVAILABLE`. */
export const RETRY_AFTER_MS = 1_000;

interface ErrorDetails {
  /** Replaces the catalogue's message where the place knows more; it must still say what to do. */
  message?: string;
  /** Where in the input, from the argument inwards. */
  path?: readonly (string | number)[];
  /** Public ids of the things that the error is about, such as the users of a definition that is in use. */
  subjects?: readonly string[];
  /** More for the caller's program, beside `code`. */
  extensions?: Record<string, unknown>;
  /** For the log, not for the caller. */
  cause?: unknown;
}

/** A failure that the caller can understand and fix. Anything else that is thrown stays opaque to callers. */
export class OnefoldError extends Error {
  override readonly name = 'OnefoldError';
  /** Not `path`: GraphQL.js takes an error that has one for its own. */
  readonly inputPath: readonly (string | number)[];
  readonly subjects: readonly string[];
  readonly extensions: Record<string, unknown>;

  constructor(
    readonly code: ErrorCode,
    details: ErrorDetails = {},
  ) {
    super(details.message ?? ERRORS[code].message, { cause: details.cause });
    this.inputPath = details.path ?? [];
    this.subjects = details.subjects ?? [];
    this.extensions = details.extensions ?? {};
  }

  get status(): number {
    return ERRORS[this.code].status;
  }
}

/** Several refusals at once: a form is fixed in one go when all its faults are named. */
export class Refusals extends Error {
  override readonly name = 'Refusals';

  constructor(readonly refusals: readonly OnefoldError[]) {
    super(refusals.map((refusal) => refusal.message).join(' '));
  }
}
