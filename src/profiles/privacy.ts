import { canonicalJson, MASK } from '../platform/index.js';
import { looksPersonal } from './personal-names.js';

/** What a definition says of the values under a name. */
export interface Flagged {
  /** A key, or keys from the outermost inwards with dots between. */
  readonly key: string;
  /** Null or absent = nobody has said: names decide, of the value and of what is inside it. */
  readonly isPersonal?: boolean | null;
}

/** How far the values under a name are hidden from keys without READ_PII. */
export interface Privacy {
  /** Whether all of a value is. */
  readonly isPersonal: boolean;
  /** The value as such a key sees it. That there is none shows. */
  mask(value: unknown): unknown;
}

const PERSONAL: Privacy = Object.freeze({
  isPersonal: true,
  mask: (value: unknown) => (isAbsent(value) ? value : MASK),
});
const PLAIN: Privacy = Object.freeze({ isPersonal: false, mask: (value: unknown) => value });

export function privacyOf({ key, isPersonal }: Flagged): Privacy {
  if (isPersonal === false) return PLAIN;
  if (isPersonal || looksPersonal(key)) return PERSONAL;
  return { isPersonal: false, mask: (value) => maskInside(key, value) };
}

export function isPersonal(flagged: Flagged): boolean {
  return privacyOf(flagged).isPersonal;
}

/**
 * Whether comparing values with operands tells something personal of them. A value that is not personal as a whole can
 * hold an e-mail address, and is equal to an object only if that says which.
 * @param privacy of the values; undefined = nothing of them is personal
 */
export function asksPersonal(privacy: Privacy | undefined, operands: unknown): boolean {
  if (!privacy) return false;
  return privacy.isPersonal || canonicalJson(privacy.mask(operands)) !== canonicalJson(operands);
}

/** Whether a change of what is said of a name would show more to keys without READ_PII. */
export function revealsMore(
  key: string,
  before: Flagged['isPersonal'],
  after: Flagged['isPersonal'],
): boolean {
  if (after === false) return before !== false;
  return before === true && after !== true && !looksPersonal(key);
}

function maskInside(path: string, value: unknown): unknown {
  if (isAbsent(value) || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((element) => maskInside(path, element));
  return Object.fromEntries(
    Object.entries(value as object).map(([key, inner]): [string, unknown] => {
      const here = `${path}.${key}`;
      return [key, !isAbsent(inner) && looksPersonal(here) ? MASK : maskInside(here, inner)];
    }),
  );
}

function isAbsent(value: unknown): boolean {
  return value === null || value === undefined;
}
