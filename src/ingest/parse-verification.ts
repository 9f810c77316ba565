import { VERIFICATION_METHODS } from '../identity/index.js';
import type { VerificationMethod, Verification } from '../identity/index.js';
import { didYouMean, OnefoldError } from '../platform/index.js';
import type { ReadInstant } from './read-instant-of.js';

const MAX_AHEAD_MS = 24 * 3_600_000;
/** How sources of channels say it, who follow a link in a mail. */
const DOUBLE_OPT_IN = /^double[ _-]?opt[ _-]?in$/i;

/** What tells when something was verified. */
export interface VerifiedWhen {
  occurredAt: Date;
  receivedAt: Date;
  readInstant: ReadInstant;
}

/**
 * Reads what an item says of the verification of one of its identifiers.
 * @throws OnefoldError INVALID_VALUE, OCCURRED_AT_AHEAD
 */
export function parseVerification(
  raw: Readonly<Record<string, unknown>>,
  path: readonly (string | number)[],
  { occurredAt, receivedAt, readInstant }: VerifiedWhen,
): Omit<Verification, 'identifier'> {
  const by = methodOf(String(raw.by), [...path, 'by']);
  if (raw.at === undefined || raw.at === null) return { by, at: occurredAt };
  const at = readInstant(raw.at);
  if (typeof at === 'string') throw new OnefoldError('INVALID_VALUE', { path: [...path, 'at'], message: at });
  if (at.getTime() > receivedAt.getTime() + MAX_AHEAD_MS)
    throw new OnefoldError('OCCURRED_AT_AHEAD', { path: [...path, 'at'] });
  return { by, at };
}

function methodOf(text: string, path: readonly (string | number)[]): VerificationMethod {
  const by = DOUBLE_OPT_IN.test(text.trim()) ? 'LINK' : text.trim().toUpperCase();
  const method = VERIFICATION_METHODS.find((one) => one === by);
  if (method) return method;
  throw new OnefoldError('INVALID_VALUE', {
    path,
    message: `An identifier is verified by one of ${VERIFICATION_METHODS.join(', ')}.${didYouMean(text, VERIFICATION_METHODS)}`,
  });
}
