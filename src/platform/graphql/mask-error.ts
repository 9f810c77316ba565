import { GraphQLError } from 'graphql';
import type { GraphQLFormattedError } from 'graphql';
import { ERRORS, OnefoldError, Refusals, RETRY_AFTER_MS } from '../errors.js';
import type { ErrorCode } from '../errors.js';
import type { Log } from '../log.js';
import { isUnavailable, QUERY_CANCELED, sqlState } from '../passing-failure.js';

/** SQLSTATE class: a value that PostgreSQL cannot read as what it should be, or cannot keep. */
const DATA_EXCEPTION = '22';
const UNFIT_VALUE = 'A value in the request cannot be used, such as a text that holds U+0000. Change it.';

/** Codes of what may pass by itself: the same asked a little later may be answered. */
const PASSING: ReadonlySet<unknown> = new Set<ErrorCode>([
  'UNAVAILABLE',
  'STATEMENT_TIMEOUT',
  'THROTTLED',
  'INTERNAL_SERVER_ERROR',
]);

export function isPassing(error: unknown): boolean {
  return PASSING.has(maskError(error, null).extensions.code);
}

/**
 * What a caller may see of an error: a code of the catalogue, a message that says what to do, the path; never a
 * stack, a statement or a value. What is unknown is logged with the request's id and stays opaque.
 */
export function maskError(
  error: unknown,
  log: Log | null,
): GraphQLFormattedError & { extensions: Record<string, unknown> } {
  const outer = error instanceof GraphQLError ? error : undefined;
  const cause = outer?.originalError ?? (outer ? undefined : error);
  const known = knownError(cause, outer);
  if (!known) {
    log?.error({ err: cause ?? outer }, 'an operation failed');
    return shape(outer, 'INTERNAL_SERVER_ERROR', ERRORS.INTERNAL_SERVER_ERROR.message, {});
  }
  return shape(outer, known.code, known.message, known.extensions);
}

function knownError(
  cause: unknown,
  outer: GraphQLError | undefined,
): { code: ErrorCode; message: string; extensions: Record<string, unknown> } | null {
  if (cause instanceof OnefoldError)
    return { code: cause.code, message: cause.message, extensions: pathOf(cause) };
  if (cause instanceof Refusals && cause.refusals[0]) return knownError(cause.refusals[0], outer);
  const state = sqlState(cause);
  if (state?.startsWith(DATA_EXCEPTION)) return { ...entry('BAD_USER_INPUT'), message: UNFIT_VALUE };
  if (state === QUERY_CANCELED) return entry('STATEMENT_TIMEOUT');
  if (isUnavailable(cause)) return entry('UNAVAILABLE');
  // Apollo gives errors of validation a code of its own, and keeps ours inside.
  const code =
    cause instanceof GraphQLError && cause.extensions.code ? cause.extensions.code : outer?.extensions.code;
  if (typeof code === 'string' && code !== 'INTERNAL_SERVER_ERROR' && code in ERRORS) {
    return { code: code as ErrorCode, message: outer?.message ?? '', extensions: {} };
  }
  // graphql-js and the scalars throw plain GraphQLErrors for values that do not fit; ours never are.
  if (outer && (!cause || cause instanceof GraphQLError)) {
    return { code: 'BAD_USER_INPUT', message: outer.message, extensions: {} };
  }
  return null;
}

function pathOf(error: OnefoldError): Record<string, unknown> {
  return { ...error.extensions, ...(error.inputPath.length > 0 && { argumentPath: error.inputPath }) };
}

function entry(code: ErrorCode): { code: ErrorCode; message: string; extensions: Record<string, unknown> } {
  return { code, message: ERRORS[code].message, extensions: {} };
}

function shape(
  outer: GraphQLError | undefined,
  code: ErrorCode,
  message: string,
  extensions: Record<string, unknown>,
): GraphQLFormattedError & { extensions: Record<string, unknown> } {
  return {
    message,
    ...(outer?.locations && { locations: outer.locations }),
    ...(outer?.path && { path: outer.path }),
    extensions: { code, ...retryAfter(code), ...extensions },
  };
}

function retryAfter(code: ErrorCode): { retryAfterMs?: number } {
  return code === 'UNAVAILABLE' ? { retryAfterMs: RETRY_AFTER_MS } : {};
}
