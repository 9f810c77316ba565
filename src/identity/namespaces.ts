import { parsePhoneNumberFromString } from 'libphonenumber-js';
import { regexes } from 'zod';

export type SemanticType = 'EXTERNAL' | 'EMAIL' | 'PHONE' | 'DEVICE' | 'OAUTH' | 'UUID' | 'SOCIAL' | 'OTHER';

/** How the identifiers of one namespace are read, and how far they are believed. */
export interface Namespace {
  key: string;
  semanticType: SemanticType;
  /** The canonical form: two spellings of one identifier come out the same. Null when it cannot be one. */
  normalise(value: string): string | null;
  /** Says, for people, what a value must look like. */
  expects: string;
  /** Where an item's identifiers cannot all be true, those of a lower priority give way. */
  priority: number;
  /** How many of them one profile may hold; null = any number. */
  maxPerProfile: number | null;
  /** Whether a canonical value stands for nobody in particular: `null`, `unknown`, a test address. */
  isBlocked(value: string): boolean;
  /** Whether it may prove that two profiles are one person. */
  causesMerges: boolean;
}

const MAX_LENGTH = 256;
const NOBODY = new Set([
  'null',
  'undefined',
  'none',
  'unknown',
  'anonymous',
  'guest',
  'n/a',
  'nil',
  'nan',
  '-1',
  '-',
]);
const ZEROS = /^[0-]*$/;
const TEST_ADDRESSES = new Set(['test@test.com', 'test@example.com', 'noreply@example.com']);

function isNobody(value: string): boolean {
  return NOBODY.has(value.toLowerCase()) || ZEROS.test(value);
}

const external: Namespace = {
  key: 'external',
  semanticType: 'EXTERNAL',
  normalise: plain,
  expects: '1 to 256 characters',
  priority: 400,
  maxPerProfile: 1,
  isBlocked: isNobody,
  causesMerges: true,
};

const email: Namespace = {
  key: 'email',
  semanticType: 'EMAIL',
  normalise: (value) => {
    const address = plain(value)?.toLowerCase();
    return address && regexes.unicodeEmail.test(address) ? address : null;
  },
  expects: 'an e-mail address such as ada@example.com',
  priority: 300,
  maxPerProfile: null,
  isBlocked: (value) => TEST_ADDRESSES.has(value),
  causesMerges: true,
};

const phone: Namespace = {
  key: 'phone',
  semanticType: 'PHONE',
  // Possible, not valid: the library's list of assigned ranges is always older than the newest number.
  normalise: (value) => {
    const number = parsePhoneNumberFromString(value);
    return number?.isPossible() ? number.number : null;
  },
  expects: 'an international number with its country code, such as +44 20 7946 0958',
  priority: 200,
  maxPerProfile: null,
  isBlocked: () => false,
  causesMerges: true,
};

const device: Namespace = {
  key: 'device',
  semanticType: 'DEVICE',
  normalise: plain,
  expects: '1 to 256 characters',
  priority: 100,
  maxPerProfile: null,
  isBlocked: isNobody,
  causesMerges: true,
};

export const NAMESPACES: ReadonlyMap<string, Namespace> = new Map(
  [external, email, phone, device].map((namespace) => [namespace.key, namespace]),
);

function plain(value: string): string | null {
  const trimmed = value.trim().normalize('NFC');
  return trimmed !== '' && trimmed.length <= MAX_LENGTH ? trimmed : null;
}
