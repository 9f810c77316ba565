import { OnefoldError } from '../platform/index.js';
import type { RulePath } from './rule-path.js';

export function invalid(path: RulePath, message: string): OnefoldError {
  return new OnefoldError('RULE_INVALID', { path, message });
}

/** The one field that is set in an input that is one of several things. */
export function onlyField(input: unknown, path: RulePath): [string, unknown] {
  if (input === null || typeof input !== 'object' || Array.isArray(input))
    throw invalid(path, 'An object is expected here.');
  const set = Object.entries(input).filter(([, value]) => value !== undefined && value !== null);
  const [only] = set;
  if (!only || set.length !== 1) throw invalid(path, 'Exactly one field must be set here.');
  return only;
}
