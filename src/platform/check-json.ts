import { OnefoldError } from './errors.js';
import { ExactNumber, isContainer } from './exact-number.js';

const MAX_DEPTH = 20;

/**
 * Refuses what JSON in a request may say but a database cannot keep as it is: U+0000, broken surrogate pairs,
 * numbers of more than 1,000 digits, nesting without end.
 * @throws OnefoldError INVALID_VALUE with the path of the offending value
 */
export function checkJson(value: unknown, path: readonly (string | number)[], maxDepth = MAX_DEPTH): void {
  if (typeof value === 'string') checkString(value, path);
  if (value instanceof ExactNumber && value.isTooLong)
    throw invalid(path, 'A number is kept with at most 1,000 digits, written out in full.');
  if (!isContainer(value)) return;
  if (path.length > maxDepth) throw invalid(path, `JSON nests at most ${maxDepth} deep here.`);
  for (const key of Object.keys(value)) {
    checkString(key, path);
    const child = (value as Record<string, unknown>)[key];
    if (!isFine(child)) checkJson(child, [...path, key], maxDepth);
  }
}

/** Whether it is certain by itself: mostly, and then no path is wanted. */
function isFine(value: unknown): boolean {
  return typeof value === 'string' ? isText(value) : typeof value === 'number';
}

function checkString(text: string, path: readonly (string | number)[]): void {
  if (!isText(text)) throw invalid(path, 'The character U+0000 and broken Unicode cannot be kept.');
}

function isText(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

function invalid(path: readonly (string | number)[], message: string): OnefoldError {
  return new OnefoldError('INVALID_VALUE', { path, message });
}
