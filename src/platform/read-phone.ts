import { isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import type { PhoneNumber } from 'libphonenumber-js/max';
import { partExtension } from './phone-extension.js';
import { plainText } from './plain-text.js';
import { renumbered } from './renumbered.js';
import type { Whereabouts } from './whereabouts.js';

/** With a word and a remark around it. */
const MAX_LENGTH = 200;
/** Of the number and its extension alone. To look for an extension takes time by the square of this. */
const MAX_DIALLED = 64;
const NOWHERE: Whereabouts = { country: null };
const OTHER_DIGITS = /(?![0-9])\p{Nd}/gu;
const DASHES = /[\p{Pd}\u2212\u30fc]/gu;

/**
 * One spelling for one number that can be dialled from anywhere: E.164, with an extension as RFC 3966 writes it
 * (`+442079460958;ext=12`). Two colleagues behind one number are two people, so the extension is part of it.
 * @param whereabouts where a number without a country code belongs; without it, such a number is none
 * @returns null when it is no such number. Letters (1-800-FLOWERS) are lines of companies, and masks (`+1-XXX-XXXX`):
 * they are not read as digits.
 */
export function readPhone(value: string, whereabouts: Whereabouts = NOWHERE): string | null {
  if (value.length > MAX_LENGTH) return null;
  const bare = withoutParameters(withoutFrame(plainDigits(value)));
  if (bare.length > MAX_DIALLED) return null;
  const { number, extension } = partExtension(bare);
  const digits = dialled(number);
  if (digits === null) return null;
  const found = best(readings(digits, whereabouts));
  return found && (extension === null ? found.number : `${found.number};ext=${extension}`);
}

/** In ASCII digits and dashes, whatever the script. */
function plainDigits(value: string): string {
  return plainText(value).replace(OTHER_DIGITS, digitOf).replace(DASHES, '-');
}

/** The decimal digits of each script stand one after the other, from zero on. */
function digitOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  let zero = code;
  while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return String((code - zero) % 10);
}

/** Without quotes around it, the scheme of a URI or a word before it, and a remark behind it: `Tel.: … (home)`. */
function withoutFrame(text: string): string {
  return text
    .replace(/^["'`“”‘’<=]+|["'`“”‘’>]+$/g, '')
    .replace(/^\s*[\p{L} ]{1,20}[.:]+[\s/]*(?=[+(\d])/u, '')
    .replace(/\s*\([^()\d]*\)$/, '')
    .trim();
}

/** Reads what RFC 3966 says after a number, other than the extension: `;phone-context=+44`. */
function withoutParameters(text: string): string {
  if (!text.includes(';')) return text;
  const context = /;phone-context=(\+[\d.()-]+)/i.exec(text)?.[1] ?? '';
  const rest = text.replace(/;(?!ext\b)[a-z][a-z-]*(?:=[^;]*)?/gi, '');
  return rest.startsWith('+') ? rest : context + rest;
}

/** Its digits, perhaps behind a `+`; a zero in brackets stays `(0)`. Null when there is something else in it. */
function dialled(text: string): string | null {
  const bare = text
    // As a spreadsheet or a data frame prints a number.
    .replace(/^(\+?\d{7,})\.0+$/, '$1')
    .replace(/[([]\s*0\s*[)\]]/, 'Z')
    .replace(/[\s()[\]./-]/g, '')
    .replace(/^\++/, '+');
  return /^\+?\d*Z?\d*$/.test(bare) ? bare.replace('Z', '(0)') : null;
}

/** All numbers that may be meant, the likeliest first. */
function* readings(
  text: string,
  { country, isUsual = false }: Whereabouts,
): Generator<PhoneNumber | undefined> {
  const kept = text.replace('(0)', '0');
  // For a zero in brackets one dials a zero at home, and nothing from abroad; Italy's zero belongs to the number.
  const both = text.includes('(0)') ? [text.replace('(0)', ''), kept] : [kept];
  if (kept.startsWith('+')) {
    for (const one of both) yield* expanded(parsed(one.replace(/^\+00/, '+')));
    return;
  }
  if (country !== null)
    for (const local of expanded(parsed(kept, country))) if (!isUsual || local?.isValid()) yield local;
  for (const prefix of ['00', '011'])
    for (const one of both)
      if (one.startsWith(prefix)) yield* expanded(parsed(`+${one.slice(prefix.length)}`));
}

function* expanded(number: PhoneNumber | undefined): Generator<PhoneNumber | undefined> {
  yield number;
  if (number)
    for (const other of renumbered(number.countryCallingCode, number.nationalNumber)) yield parsed(other);
}

function parsed(text: string, country?: string): PhoneNumber | undefined {
  const defaultCountry = country !== undefined && isSupportedCountry(country) ? country : undefined;
  return parsePhoneNumberFromString(text, { defaultCountry, extract: false });
}

/** The first that is assigned, or else that could be: the list of assigned ranges is older than the newest number. */
function best(numbers: Iterable<PhoneNumber | undefined>): PhoneNumber | null {
  let possible: PhoneNumber | null = null;
  for (const number of numbers) {
    if (number?.isValid()) return number;
    if (number?.isPossible()) possible ??= number;
  }
  return possible;
}
