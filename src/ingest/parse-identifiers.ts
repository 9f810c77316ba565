import { canonicalKey, checkText, OnefoldError } from '../platform/index.js';
import { isBlocked, parseIdentifier } from '../identity/index.js';
import type { Identifier, Namespaces } from '../identity/index.js';
import type { Whereabouts } from '../platform/index.js';
import { isRecord } from './readers.js';

export const MAX_IDENTIFIERS = 20;
const MAX_LENGTH = 256;

/**
 * Brings the identifiers of an item into their canonical form.
 * @param whereabouts where local phone numbers belong
 * @returns one for each, in their order: why, where it cannot be read, with the path from the item inwards
 * @throws OnefoldError REQUIRED, TOO_MANY
 */
export function parseIdentifiers(
  namespaces: Namespaces,
  raw: readonly unknown[],
  whereabouts: Whereabouts,
): (Identifier | OnefoldError)[] {
  checkCount(raw);
  return raw.map((one, index) => {
    try {
      const asked = textsOf(one);
      checkText(canonicalKey(asked.value), MAX_LENGTH, ['value']);
      const identifier = parseIdentifier(namespaces, asked, whereabouts);
      // The answer is remembered. Here each item waits for its turn; later all are asked at once.
      isBlocked(namespaces, identifier);
      return identifier;
    } catch (error) {
      if (!(error instanceof OnefoldError)) throw error;
      const path = ['identifiers', index, ...error.inputPath];
      return new OnefoldError(error.code, { message: error.message, path });
    }
  });
}

/** @throws OnefoldError INVALID_VALUE, REQUIRED */
function textsOf(one: unknown): { namespace: string; value: string } {
  if (!isRecord(one)) throw new OnefoldError('INVALID_VALUE', { message: EXPECTED });
  const { namespace, value } = one;
  return { namespace: textIn(namespace, 'namespace'), value: textIn(value, 'value') };
}

const EXPECTED = 'An identifier is an object of `namespace` and `value`.';

function textIn(value: unknown, key: string): string {
  if (typeof value === 'string') return value;
  throw value === undefined || value === null
    ? new OnefoldError('REQUIRED', { path: [key] })
    : new OnefoldError('INVALID_VALUE', {
        path: [key],
        message: 'A text is expected here, or a whole number.',
      });
}

function checkCount(identifiers: readonly unknown[]): void {
  if (identifiers.length === 0) {
    throw new OnefoldError('REQUIRED', {
      path: ['identifiers'],
      message: 'An item needs at least one identifier, to say who it is about.',
    });
  }
  if (identifiers.length > MAX_IDENTIFIERS) {
    throw new OnefoldError('TOO_MANY', {
      path: ['identifiers'],
      message: `An item holds at most ${MAX_IDENTIFIERS} identifiers.`,
    });
  }
}
