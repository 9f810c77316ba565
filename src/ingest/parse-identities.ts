import { isBlocked } from '../identity/index.js';
import type { Identifier, Namespaces, Verification } from '../identity/index.js';
import { OnefoldError } from '../platform/index.js';
import type { Whereabouts } from '../platform/index.js';
import { parseIdentifiers } from './parse-identifiers.js';
import { parseVerification } from './parse-verification.js';
import type { VerifiedWhen } from './parse-verification.js';
import { isRecord } from './readers.js';

interface ParseIdentities extends VerifiedWhen, Whereabouts {
  namespaces: Namespaces;
  /** What the item is rejected for is added to it. */
  errors: OnefoldError[];
  /** What is left out of it is added to it. */
  warnings: OnefoldError[];
}

interface Identities {
  /** Blocked ones included: they are left aside later, and go on record. */
  identifiers: readonly Identifier[];
  verifications: readonly Verification[];
}

const NO_VERIFICATIONS: readonly Verification[] = [];
export const NO_IDENTITIES: Identities = { identifiers: [], verifications: NO_VERIFICATIONS };

/**
 * Reads who an item is about. Identifiers that are of no use are warned of, unless no other tells who that is.
 * @throws OnefoldError REQUIRED, TOO_MANY
 */
export function parseIdentities(raw: readonly unknown[], reading: ParseIdentities): Identities {
  const { namespaces, errors, warnings } = reading;
  const parsed = parseIdentifiers(namespaces, raw, reading);
  const identifiers: Identifier[] = [];
  const faults: OnefoldError[] = [];
  for (const [index, one] of parsed.entries()) {
    if (one instanceof OnefoldError) faults.push(one);
    else {
      identifiers.push(one);
      if (isBlocked(namespaces, one))
        faults.push(new OnefoldError('IDENTIFIER_BLOCKED', { path: ['identifiers', index, 'value'] }));
    }
  }
  if (faults.length < raw.length) warnings.push(...faults);
  else if (faults.every(({ code }) => code === 'IDENTIFIER_BLOCKED'))
    errors.push(new OnefoldError('IDENTIFIERS_BLOCKED', { path: ['identifiers'] }));
  else errors.push(...faults);
  return { identifiers, verifications: verificationsOf(raw, parsed, reading) };
}

function verificationsOf(
  raw: readonly unknown[],
  parsed: readonly (Identifier | OnefoldError)[],
  { warnings, ...when }: ParseIdentities,
): readonly Verification[] {
  if (!raw.some((one) => isRecord(one) && one.verified)) return NO_VERIFICATIONS;
  return parsed.flatMap((identifier, index) => {
    const one = raw[index];
    if (identifier instanceof OnefoldError || !isRecord(one) || !isRecord(one.verified)) return [];
    try {
      return [{ identifier, ...parseVerification(one.verified, ['identifiers', index, 'verified'], when) }];
    } catch (error) {
      if (!(error instanceof OnefoldError)) throw error;
      warnings.push(error);
      return [];
    }
  });
}
