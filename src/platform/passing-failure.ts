import { OnefoldError } from './errors.js';

const SERIALIZATION_FAILURE = '40001';
const DEADLOCK_DETECTED = '40P01';
export const LOCK_NOT_AVAILABLE = '55P03';
const IDLE_IN_TRANSACTION = '25P03';
export const QUERY_CANCELED = '57014';

/**
 * PostgreSQL has ended the session, or none came about: connection exceptions (08), an operator's or a crash's end,
 * or a start that is not over (57P0…), and the limits of a session (25P03: idle in a transaction).
 */
const SESSION_ENDED = /^(08...|57P0.|25P0[34])$/;
/** Out of connections, memory or disk (53), a disk that fails (58030), a lock that did not come in time. */
const SHORT_OF = /^(53...|58030|55P03)$/;
/** Words of pg and its pool, whose own errors have no code. */
const CONNECTION_LOST =
  /^(timeout exceeded when trying to connect|Client (has encountered a connection error|was closed)|Connection terminated)/;
const SYSTEM_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH']);

/** SQLSTATE of a PostgreSQL error, if it is one. */
export function sqlState(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && !SYSTEM_CODES.has(code) ? code : undefined;
}

/** Another transaction was first: the same work, started over, may well succeed. */
export function lostRace(error: unknown): boolean {
  const state = sqlState(error);
  return state === SERIALIZATION_FAILURE || state === DEADLOCK_DETECTED;
}

/** The session is gone, and with it everything that it had not committed. */
export function lostConnection(error: unknown): boolean {
  const { code, message } = (error ?? {}) as { code?: string; message?: string };
  return (
    SESSION_ENDED.test(sqlState(error) ?? '') ||
    SYSTEM_CODES.has(code ?? '') ||
    CONNECTION_LOST.test(message ?? '')
  );
}

/** PostgreSQL has ended the session because the transaction did nothing for too long. */
export function endedIdle(error: unknown): boolean {
  return [error, (error as Error).cause].some((one) => sqlState(one) === IDLE_IN_TRANSACTION);
}

/** The session was gone before it got the statement: pg did not send it, or PostgreSQL had ended the idle session. */
export function cameTooLate(error: unknown): boolean {
  return (
    sqlState(error) === IDLE_IN_TRANSACTION ||
    /^Client (has encountered|was closed)/.test(String((error as Error).message))
  );
}

/** Nothing is wrong with what was asked: it may be asked again in a moment. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof OnefoldError) return error.code === 'UNAVAILABLE';
  return lostRace(error) || lostConnection(error) || SHORT_OF.test(sqlState(error) ?? '');
}
