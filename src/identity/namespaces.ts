import { parsePhoneNumberFromString } from 'libphonenumber-js';
import { regexes } from 'zod';

/** How the identifiers of one namespace are read. */
export interface Namespace {
  key: string;
  /** The canonical form: two spellings of one identifier come out the same. Null when it cannot be one. */
  normalise(value: string): string | null;
  /** Says, for people, what a value must look like. */
  expects: string;
}

const MAX_LENGTH = 256;

const external: Namespace = { key: 'external', normalise: plain, expects: '1 to 256 characters' };
const device: Namespace = { key: 'device', normalise: plain, expects: '1 to 256 characters' };

const email: Namespace = {
  key: 'email',
  normalise: (value) => {
    const address = plain(value)?.toLowerCase();
    return address && regexes.unicodeEmail.test(address) ? address : null;
  },
  expects: 'an e-mail address such as ada@example.com',
};

const phone: Namespace = {
  key: 'phone',
  // Possible, not valid: the library's list of assigned ranges is always older than the newest number.
  normalise: (value) => {
    const number = parsePhoneNumberFromString(value);
    return number?.isPossible() ? number.number : null;
  },
  expects: 'an international number with its country code, such as +44 20 7946 0958',
};

export const NAMESPACES: ReadonlyMap<string, Namespace> = new Map(
  [external, email, phone, device].map((namespace) => [namespace.key, namespace]),
);

function plain(value: string): string | null {
  const trimmed = value.trim().normalize('NFC');
  return trimmed !== '' && trimmed.length <= MAX_LENGTH ? trimmed : null;
}
