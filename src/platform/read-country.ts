import { isSupportedCountry } from 'libphonenumber-js';

/** @returns the two capital letters of ISO 3166-1 for a country that has phone numbers; null when it is none */
export function readCountry(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const country = value.trim().toUpperCase();
  return country.length === 2 && isSupportedCountry(country) ? country : null;
}
