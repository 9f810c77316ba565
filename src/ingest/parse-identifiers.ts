import { canonicalKey, checkText, OnefoldError, Refusals } from '../platform/index.js';
import { isBlocked, parseIdentifier } from '../identity/index.js';
import type { Identifier, Namespaces } from '../identity/index.js';
import type { RawItem } from './item.js';

const MAX_IDENTIFIERS = 20;
const MAX_LENGTH = 256;

/**
 * Brings the identifiers of an item into their canonical form.
 * @param country where local phone numbers belong: two letters of ISO 3166-1; null when nobody knows
 * @throws Refusals with paths from the item inwards: all that cannot be read
 */
export function parseIdentifiers(
  namespaces: Namespaces,
  raw: RawItem['identifiers'],
  country: string | null,
): Identifier[] {
  checkCount(raw);
  const faults: OnefoldError[] = [];
  const identifiers = raw.flatMap((one, index) => {
    try {
      checkText(canonicalKey(one.value), MAX_LENGTH, ['value']);
      const identifier = parseIdentifier(namespaces, one, { country });
      // The answer is remembered. Here each item waits for its turn; later all are asked at once.
      isBlocked(namespaces, identifier);
      return [identifier];
    } catch (error) {
      if (!(error instanceof OnefoldError)) throw error;
      const path = ['identifiers', index, ...error.inputPath];
      faults.push(new OnefoldError(error.code, { message: error.message, path }));
      return [];
    }
  });
  if (faults.length > 0) throw new Refusals(faults);
  return identifiers;
}

function checkCount(identifiers: RawItem['identifiers']): void {
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
