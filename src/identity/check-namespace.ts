import { checkDescription, checkName } from '../definitions/index.js';
import { checkJson, OnefoldError } from '../platform/index.js';
import type { NamespaceDefinition } from './namespaces.js';
import { compilePattern } from './pattern.js';

const MAX_PRIORITY = 1_000;
const MAX_PER_PROFILE = 1_000;
const MAX_BLOCKED_VALUES = 1_000;
const MAX_BLOCKED_VALUE = 256;
const MAX_BLOCKED_PATTERNS = 50;

/**
 * Refuses what a namespace cannot say of itself; its key is looked at elsewhere.
 * @throws OnefoldError INVALID_VALUE, REQUIRED, TOO_LONG, TOO_MANY, PATTERN_INVALID
 */
export function checkNamespace(definition: NamespaceDefinition): void {
  if (definition.label !== null) checkName(definition.label, ['label']);
  if (definition.description !== null) checkDescription(definition.description);
  checkNumber(definition.priority, { path: ['priority'], from: 0, to: MAX_PRIORITY });
  if (definition.maxPerProfile !== null)
    checkNumber(definition.maxPerProfile, { path: ['maxPerProfile'], from: 1, to: MAX_PER_PROFILE });
  checkCount(definition.blockedValues, MAX_BLOCKED_VALUES, ['blockedValues']);
  definition.blockedValues.forEach((value, index) => checkBlockedValue(value, ['blockedValues', index]));
  checkCount(definition.blockedPatterns, MAX_BLOCKED_PATTERNS, ['blockedPatterns']);
  definition.blockedPatterns.forEach((text, index) => checkPattern(text, ['blockedPatterns', index]));
}

function checkNumber(
  value: number,
  { path, from, to }: { path: readonly string[]; from: number; to: number },
): void {
  if (value < from || value > to)
    throw new OnefoldError('INVALID_VALUE', {
      path,
      message: `A number from ${from} to ${to} is expected here.`,
    });
}

function checkCount(list: readonly string[], most: number, path: readonly string[]): void {
  if (list.length > most)
    throw new OnefoldError('TOO_MANY', { path, message: `At most ${most} are kept here. Give fewer.` });
}

function checkBlockedValue(value: string, path: readonly (string | number)[]): void {
  if (value.trim() === '') throw new OnefoldError('REQUIRED', { path });
  if (value.length > MAX_BLOCKED_VALUE)
    throw new OnefoldError('TOO_LONG', {
      path,
      message: `At most ${MAX_BLOCKED_VALUE} characters are kept here.`,
    });
  checkJson(value, path);
}

function checkPattern(text: string, path: readonly (string | number)[]): void {
  checkJson(text, path);
  try {
    compilePattern(text);
  } catch (error) {
    if (!(error instanceof OnefoldError)) throw error;
    throw new OnefoldError(error.code, { path, message: error.message });
  }
}
