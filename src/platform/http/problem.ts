import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import { ERRORS, OnefoldError } from '../errors.js';
import type { ErrorCode } from '../errors.js';
import type { Log } from '../log.js';

/** What HTTP has to say against a request, in the form of a GraphQL answer. */
export function problem(code: ErrorCode, message: string = ERRORS[code].message): object {
  return { errors: [{ message, extensions: { code } }] };
}

export function sendProblem(response: Response, code: ErrorCode, message?: string): void {
  response.status(ERRORS[code].status).json(problem(code, message));
}

/** The last handler: nothing is at this path. */
export const notFound: RequestHandler = (request, response) => {
  sendProblem(response, isReadable(request.path) ? 'NOT_FOUND' : 'BAD_REQUEST');
};

/** Ends a route: `allow` lists the methods that come before it. */
export function otherMethods(allow: string): RequestHandler {
  return (request, response) => {
    response.setHeader('allow', allow);
    if (request.method === 'OPTIONS') response.status(204).end();
    else sendProblem(response, 'METHOD_NOT_ALLOWED');
  };
}

/** What goes wrong before GraphQL (a broken body, one that is too large) is told in the same form. */
export function failures(log: Log): ErrorRequestHandler {
  return (error: { type?: string; status?: number }, _request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const code = codeOf(error);
    if (code === 'INTERNAL_SERVER_ERROR')
      log.error({ err: error }, 'a request failed before it reached GraphQL');
    sendProblem(response, code);
  };
}

function codeOf(error: { type?: string; status?: number }): ErrorCode {
  const { type, status } = error;
  if (error instanceof OnefoldError) return error.code;
  if (type === 'entity.too.large') return 'PAYLOAD_TOO_LARGE';
  if (type === 'entity.parse.failed') return 'MALFORMED_JSON';
  return status && status < 500 ? 'BAD_REQUEST' : 'INTERNAL_SERVER_ERROR';
}

function isReadable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}
