import { OnefoldError } from './errors.js';
import { canonicalKey } from './plain-text.js';

const CONTROL_CHARACTERS = /\p{Cc}/u;

/** @throws OnefoldError REQUIRED, TOO_LONG, INVALID_VALUE */
export function checkText(text: string, maxLength: number, path: readonly (string | number)[]): void {
  if (canonicalKey(text) === '') throw new OnefoldError('REQUIRED', { path });
  if (text.length > maxLength)
    throw new OnefoldError('TOO_LONG', { path, message: `At most ${maxLength} characters are kept here.` });
  if (CONTROL_CHARACTERS.test(text) || !text.isWellFormed()) {
    throw new OnefoldError('INVALID_VALUE', {
      path,
      message: 'Control characters and broken Unicode cannot be kept here.',
    });
  }
}
