import type { RequestHandler } from 'express';
import { sendProblem } from './problem.js';

export const JSON_TYPE = 'application/json';
const MEDIA_TYPES = [JSON_TYPE, 'application/graphql-response+json'];

/**
 * Settles the form of the answer: afterwards `Accept` names the one type. Apollo would find that it has none only
 * after a mutation has run.
 */
export const negotiate: RequestHandler = (request, response, next) => {
  const type = request.accepts(MEDIA_TYPES);
  if (!type) {
    sendProblem(response, 'NOT_ACCEPTABLE');
    return;
  }
  request.headers.accept = type;
  next();
};

/** Apollo's own answer to a list says nothing of what to do. */
export const refuseLists: RequestHandler = (request, response, next) => {
  if (!Array.isArray(request.body)) next();
  else
    sendProblem(
      response,
      'BAD_REQUEST',
      'A list of operations is not taken. Send each in a request of its own.',
    );
};
