import type { RequestHandler, Response } from 'express';
import { keyFrom } from './access/index.js';
import type { Authenticator, Principal } from './access/index.js';
import { OnefoldError } from './platform/index.js';
import type { Log } from './platform/index.js';
import { refuse } from './refuse.js';

/**
 * Finds out who sent a request, once for all that comes after. A key that is of no use, or cannot be looked up, is
 * refused before the body is read.
 */
export function identify({ authenticator, log }: { authenticator: Authenticator; log: Log }): RequestHandler {
  return async (request, response, next) => {
    try {
      response.locals.principal = await principalOf(request.headers.authorization, authenticator);
    } catch (error) {
      return refuse(response, error, log);
    }
    next();
  };
}

/** The sender of the request; null = it came without a key. */
export function senderOf(response: Response): Principal | null {
  return response.locals.principal as Principal | null;
}

/** @throws OnefoldError UNAUTHENTICATED, KEY_INACTIVE when the key that came is of no use; without one it is null */
export async function principalOf(
  authorization: string | undefined,
  authenticator: Authenticator,
): Promise<Principal | null> {
  if (authorization === undefined) return null;
  const secret = keyFrom(authorization);
  if (secret === null) throw new OnefoldError('UNAUTHENTICATED');
  return authenticator.authenticate(secret);
}
