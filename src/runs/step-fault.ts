import {
  endedIdle,
  LOCK_NOT_AVAILABLE,
  lostRace,
  OnefoldError,
  QUERY_CANCELED,
  sqlState,
} from '../platform/index.js';

const SLOW =
  'A statement of a step took longer than the server allows. Retry the run when the database has less to do.';
const IDLE =
  'A step waited too long for something outside of the database. Retry the run when that answers in time.';
const BLOCKED =
  'A step did not get a lock that other work held. Retry the run when the workspace has less to do.';

/** What a step throws that has not ended in time. */
export function stepTooLong(): OnefoldError {
  return new OnefoldError('STATEMENT_TIMEOUT', {
    message: 'A step took longer than the server allows. Retry the run when the server has less to do.',
  });
}

/**
 * Tells a step that PostgreSQL broke off for a reason of the step's own. Such a step will mostly fail again, so unlike
 * an outage it must not be waited for without end.
 * @returns null when the error is another one
 */
export function stepFault(error: unknown): OnefoldError | null {
  const message = messageFor(error) ?? messageFor((error as Error).cause);
  return message ? new OnefoldError('STATEMENT_TIMEOUT', { message, cause: error }) : null;
}

function messageFor(error: unknown): string | null {
  if (!error) return null;
  const state = sqlState(error);
  if (state === QUERY_CANCELED) return SLOW;
  if (endedIdle(error)) return IDLE;
  return state === LOCK_NOT_AVAILABLE || lostRace(error) ? BLOCKED : null;
}
