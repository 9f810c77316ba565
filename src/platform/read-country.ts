import { isSupportedCountry } from 'libphonenumber-js/max';
import { OnefoldError } from './errors.js';

/** @returns the two capital letters of ISO 3166-1 for a country that has phone numbers; null when it is none */
export function readCountry(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const country = value.trim().toUpperCase();
  return country.length === 2 && isSupportedCountry(country) ? country : null;
}

/** As `readCountry`, of an argument that need not be given. @throws OnefoldError INVALID_VALUE */
export function checkCountry(
  value: string | null | undefined,
  path: readonly string[] = ['defaultCountry'],
): string | null {
  const country = readCountry(value);
  if (value == null || country !== null) return country;
  throw new OnefoldError('INVALID_VALUE', {
    path,
    message: 'The two letters of a country are expected here (ISO 3166-1), such as NL.',
  });
}
