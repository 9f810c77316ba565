import { getCountries, isSupportedCountry } from 'libphonenumber-js/max';
import { OnefoldError } from './errors.js';

const MAX_NAME = 100;

/** @returns the two capital letters of ISO 3166-1 for a country that has phone numbers; null when it is none */
export function readCountry(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const country = value.trim().toUpperCase();
  return country.length === 2 && isSupportedCountry(country) ? country : null;
}

/** Beside the names that Unicode has for them. */
const OTHER_NAMES = { usa: 'US', unitedstatesofamerica: 'US', greatbritain: 'GB' };

let codes: ReadonlyMap<string, string> | undefined;

/** As `readCountry`, and by its name in English: `Germany`, `The Netherlands`, `USA`. */
export function readCountryName(value: unknown): string | null {
  const code = readCountry(value);
  if (code !== null || typeof value !== 'string' || value.length > MAX_NAME) return code;
  codes ??= new Map([...namesOf('long'), ...namesOf('short'), ...Object.entries(OTHER_NAMES)]);
  return codes.get(lettersOf(value)) ?? null;
}

function namesOf(style: 'long' | 'short'): [string, string][] {
  const names = new Intl.DisplayNames('en', { type: 'region', style });
  return getCountries().map((code) => [lettersOf(names.of(code) ?? code), code]);
}

function lettersOf(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/^\s*the\s/, '')
    .replace(/\P{L}/gu, '');
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
