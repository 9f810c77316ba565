import { parsePhoneNumberFromString } from 'libphonenumber-js';
import { regexes } from 'zod';

/** One way of bringing identifiers into their canonical form. */
interface NormaliserEntry {
  /** Two spellings of one identifier come out the same. Null when it cannot be one. */
  normalise(value: string): string | null;
  /** Says, for people, what a value must look like. */
  expects: string;
  /** Says, for people, what is done to it. */
  description: string;
}

const MAX_LENGTH = 256;
const UUID =
  /^(?:urn:uuid:)?\{?([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})\}?$/;

/** All ways that there are: a new one is one entry here. */
export const NORMALISERS = {
  TRIMMED: {
    normalise: trimmed,
    expects: '1 to 256 characters',
    description: 'Without white space around it, in Unicode’s composed form (NFC). Case counts.',
  },
  LOWER_CASED: {
    normalise: (value) => trimmed(value)?.toLowerCase() ?? null,
    expects: '1 to 256 characters',
    description: 'As TRIMMED, and in lower case.',
  },
  EMAIL: {
    normalise: (value) => {
      const address = trimmed(value)?.toLowerCase();
      return address && regexes.unicodeEmail.test(address) ? address : null;
    },
    expects: 'an e-mail address such as ada@example.com',
    description: 'An e-mail address, trimmed and in lower case.',
  },
  PHONE: {
    // Possible, not valid: the library's list of assigned ranges is always older than the newest number.
    normalise: (value) => {
      const number = parsePhoneNumberFromString(value);
      return number?.isPossible() ? number.number : null;
    },
    expects: 'an international number with its country code, such as +44 20 7946 0958',
    description: 'A phone number with its country code, as E.164: `+442079460958`.',
  },
  UUID: {
    normalise: (value) => UUID.exec(value.trim().toLowerCase())?.slice(1).join('-') ?? null,
    expects: 'a UUID such as 0192d5a0-7c3e-7000-8000-00805f9b34fb',
    description: 'A UUID in lower case with hyphens; braces, `urn:uuid:` and missing hyphens are understood.',
  },
  HANDLE: {
    normalise: (value) => trimmed(trimmed(value)?.toLowerCase().replace(/^@/, '') ?? ''),
    expects: 'a handle such as @ada',
    description: 'The name of an account: as LOWER_CASED, without the `@` before it.',
  },
} satisfies Record<string, NormaliserEntry>;

export type Normaliser = keyof typeof NORMALISERS;

function trimmed(value: string): string | null {
  const text = value.trim().normalize('NFC');
  return text !== '' && text.length <= MAX_LENGTH ? text : null;
}
