import type { RequestHandler } from 'express';
import onHeaders from 'on-headers';
import { v7 } from 'uuid';

const MAX_REQUEST_ID = 100;

/** What every answer says. Files that may be kept say so themselves. */
export const answerHeaders: RequestHandler = (request, response, next) => {
  response.setHeader('x-request-id', requestId(request.get('x-request-id')));
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('cache-control', 'no-store');
  onHeaders(response, () => {
    if (response.statusCode === 401)
      response.setHeader('www-authenticate', challenge(request.headers.authorization));
  });
  next();
};

function requestId(given: string | undefined): string {
  return given && /^[\w.:-]+$/.test(given) && given.length <= MAX_REQUEST_ID ? given : v7();
}

/** RFC 6750, section 3: there is nothing wrong with a token that was not sent. */
function challenge(authorization: string | undefined): string {
  const isToken = /^\s*Bearer\s+\S/i.test(authorization ?? '');
  return `Bearer realm="Onefold"${isToken ? ', error="invalid_token", error_description="This server does not know the API key"' : ''}`;
}
