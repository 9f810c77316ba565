import cors from 'cors';
import type { RequestHandler } from 'express';

const A_DAY_S = 86_400;

/**
 * Lets pages of these origins read answers. No cookies are involved, so what a page may send is not limited: request
 * headers are allowed as they are asked for.
 */
export function crossOrigin(origins: readonly string[]): RequestHandler {
  return cors({
    origin: origins.includes('*') ? '*' : [...origins],
    methods: ['GET', 'POST'],
    exposedHeaders: ['x-request-id', 'retry-after', 'www-authenticate'],
    maxAge: A_DAY_S,
    // The route answers OPTIONS, for programs that only want to know its methods too.
    preflightContinue: true,
  });
}
