import type { GraphQLFormattedError } from 'graphql';

/** When to come again, in milliseconds, if one of the errors says so. */
export function retryAfterMsOf(errors: readonly GraphQLFormattedError[] | undefined): number | undefined {
  return errors?.map((error) => error.extensions?.retryAfterMs).find((ms) => typeof ms === 'number');
}

/** The header that says so: `Retry-After`, in seconds. */
export function retryAfter(errors: readonly GraphQLFormattedError[] | undefined): [string, string][] {
  const ms = retryAfterMsOf(errors);
  return ms === undefined ? [] : [['retry-after', String(Math.ceil(ms / 1_000))]];
}
