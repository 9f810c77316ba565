import type { Response } from 'express';
import { maskError } from './platform/graphql/index.js';
import { retryAfter, statusOf } from './platform/http/index.js';
import type { Log } from './platform/index.js';

/** Answers a request that does not get as far as Apollo, in the same form. */
export function refuse(response: Response, error: unknown, log: Log): void {
  const masked = maskError(error, log);
  const { accept } = response.req.headers;
  response
    .status(statusOf([masked], accept) ?? 500)
    .setHeaders(new Map(retryAfter([masked])))
    .type(accept ?? 'json')
    .json({ errors: [masked] });
}
