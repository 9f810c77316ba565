import { canonicalJson, isContainer, MASK } from '../platform/index.js';
import { looksPersonal } from './personal-names.js';
import type { ValueType } from './value-type.js';

/** What a definition says of the values under a name. */
export interface Flagged {
  /** A key, or keys from the outermost inwards with dots between. */
  readonly key: string;
  /** Null or absent = nobody has said: names decide, of the value and of what is inside it. */
  readonly isPersonal?: boolean | null | undefined;
  readonly type?: ValueType | undefined;
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

export function privacyOf({ key, isPersonal, type }: Flagged): Privacy {
  if (isOpen({ isPersonal, type })) return PLAIN;
  // A definition that calls a value not personal overrules the name of the value, too.
  const path = isPersonal === false ? '' : key;
  if (isPersonal ?? looksPersonal(key)) return PERSONAL;
  return { isPersonal: false, mask: (value) => maskInside(path, value) };
}

/**
 * Whether somebody has said that nothing inside the values is personal. A definition of another type than
 * JSON is not about the objects that came before it.
 */
function isOpen({ isPersonal, type }: Pick<Flagged, 'isPersonal' | 'type'>): boolean {
  return isPersonal === false && type === 'JSON';
}

/** A value in a field of its own. */
export interface Shown {
  /** Null where all of it is hidden: a text in its place would be no value of its type. */
  value: unknown;
  /** Whether the value, or a part of it, is hidden. */
  isMasked: boolean;
}

/** The value as a key without READ_PII sees it in a field of its own. That there is none shows. */
export function shownBy(privacy: Privacy, value: unknown): Shown {
  if (privacy.isPersonal) return { value: null, isMasked: !isAbsent(value) };
  const masked = privacy.mask(value);
  return { value: masked, isMasked: isContainer(value) && canonicalJson(masked) !== canonicalJson(value) };
}

export function isPersonal(flagged: Flagged): boolean {
  return privacyOf(flagged).isPersonal;
}

/**
 * Whether comparing values with operands tells something personal of them. A value that is not personal as a whole can
 * hold an e-mail address, and is equal to an object only if that says which.
 * @param privacy of the values; undefined = nothing of them is personal
 * @param comparison as in a rule: operands by operator
 */
export function asksPersonal(privacy: Privacy | undefined, comparison: unknown): boolean {
  if (!privacy) return false;
  if (privacy.isPersonal) return true;
  const operands = Object.values(Object(comparison) as object).flat() as unknown[];
  const objects = operands.filter(isContainer);
  return canonicalJson(privacy.mask(objects)) !== canonicalJson(objects);
}

/** Whether keys without READ_PII would see more of the values if this were said of them. */
export function revealsMore({ key, before, after, type }: Saying): boolean {
  const isPersonalAs = (flag: Flagged['isPersonal']) => isPersonal({ key, isPersonal: flag, type });
  const opens = isOpen({ isPersonal: after, type }) && !isOpen({ isPersonal: before, type });
  return opens || (isPersonalAs(before) && !isPersonalAs(after));
}

interface Saying {
  key: string;
  before: Flagged['isPersonal'];
  after: Flagged['isPersonal'];
  type: ValueType | undefined;
}

function maskInside(path: string, value: unknown): unknown {
  if (!isContainer(value)) return value;
  if (Array.isArray(value)) return value.map((element) => maskInside(path, element));
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]): [string, unknown] => {
      const here = `${path}.${key}`;
      return [key, !isAbsent(inner) && looksPersonal(here) ? MASK : maskInside(here, inner)];
    }),
  );
}

function isAbsent(value: unknown): boolean {
  return value === null || value === undefined;
}
