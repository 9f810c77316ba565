import { canonicalId, plainText } from './plain-text.js';
import { readEmail } from './read-email.js';
import { readPhone } from './read-phone.js';
import type { Whereabouts } from './whereabouts.js';

/** One way of bringing identifiers into their canonical form. */
interface NormalizerEntry {
  /** Two spellings of one identifier come out the same. Null when it cannot be one. */
  normalize(value: string, whereabouts?: Whereabouts): string | null;
  /** Says, for people, what a value must look like. */
  expects: string;
  /** Says, for people, what is done to it. */
  description: string;
}

const MAX_LENGTH = 256;
const UUID =
  /^(?:urn:uuid:)?\{?([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})\}?$/;

/** All ways that there are: a new one is one entry here. */
export const NORMALIZERS = {
  TRIMMED: {
    normalize: (value) => bounded(canonicalId(value)),
    expects: '1 to 256 characters',
    description:
      'Without white space around it and invisible characters, in Unicode’s composed form (NFC). Case counts.',
  },
  LOWER_CASED: {
    normalize: (value) => bounded(canonicalId(value).toLowerCase().normalize('NFC')),
    expects: '1 to 256 characters',
    description: 'As TRIMMED, and in lower case.',
  },
  EMAIL: {
    normalize: readEmail,
    expects: 'an e-mail address such as ada@example.com',
    description:
      'An e-mail address in lower case, its domain in ASCII: `ada@xn--mnchen-3ya.de`. `mailto:`, a name, brackets and quotes around it are taken off.',
  },
  PHONE: {
    normalize: (value, whereabouts?: Whereabouts) => readPhone(value, whereabouts),
    expects:
      'an international number with its country code, such as +44 20 7946 0958, or a local one where its country is known (`defaultCountry`)',
    description:
      'A phone number with its country code, as E.164, and its extension: `+442079460958`, `+442079460958;ext=12`.',
  },
  UUID: {
    normalize: (value) => UUID.exec(plainText(value).toLowerCase())?.slice(1).join('-') ?? null,
    expects: 'a UUID such as 0192d5a0-7c3e-7000-8000-00805f9b34fb',
    description: 'A UUID in lower case with hyphens; braces, `urn:uuid:` and missing hyphens are understood.',
  },
  HANDLE: {
    normalize: (value) =>
      bounded(canonicalId(plainText(value).toLowerCase().replace(/^@/, '')).normalize('NFC')),
    expects: 'a handle such as @ada',
    description: 'The name of an account: as LOWER_CASED, without the `@` before it.',
  },
} satisfies Record<string, NormalizerEntry>;

export type Normalizer = keyof typeof NORMALIZERS;

function bounded(text: string): string | null {
  return text !== '' && text.length <= MAX_LENGTH ? text : null;
}
