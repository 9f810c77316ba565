import type { GraphQLFormattedError } from 'graphql';
import { ERRORS } from '../errors.js';
import type { ErrorCode } from '../errors.js';
import { JSON_TYPE } from './negotiate.js';

/** Programs that do not know GraphQL act on these: they look for another key, wait, or slow down. */
const ALWAYS_TOLD: ReadonlySet<number> = new Set([401, 403, 429]);

/**
 * The HTTP status that fits the errors of an answer without data. Under `application/json` the specification wants
 * 200 for what GraphQL itself has against an operation, since clients could not tell such an answer from a proxy's.
 */
export function statusOf(
  errors: readonly GraphQLFormattedError[] | undefined,
  mediaType: string | undefined,
): number | undefined {
  const code = errors?.[0]?.extensions?.code;
  if (typeof code !== 'string' || !(code in ERRORS)) return undefined;
  const { status } = ERRORS[code as ErrorCode];
  const isAboutOperation = status < 500 && !ALWAYS_TOLD.has(status) && code !== 'BAD_REQUEST';
  return isAboutOperation && mediaType === JSON_TYPE ? 200 : status;
}
