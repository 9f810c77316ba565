import {
  canonicalJson,
  checkJson,
  composedTexts,
  isNumber,
  midnightOf,
  OnefoldError,
  readInstant,
} from '../platform/index.js';
import type { InstantReading } from '../platform/index.js';

/** What the values of an attribute, or of a property of an event, must be. */
export type ValueType =
  'TEXT' | 'NUMBER' | 'BOOLEAN' | 'DATE' | 'DATETIME' | 'TEXT_LIST' | 'NUMBER_LIST' | 'JSON';

interface Kind {
  /** Says, for people, what a value must look like. */
  expects: string;
  readonly fits: (value: unknown) => boolean;
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const MAX_ALLOWED = 1_000;
const SHOWN_VALUES = 10;

export const VALUE_TYPES: Readonly<Record<ValueType, Kind>> = {
  TEXT: { expects: 'a text', fits: isText },
  NUMBER: { expects: 'a number', fits: isNumber },
  BOOLEAN: { expects: 'true or false', fits: (value) => typeof value === 'boolean' },
  DATE: {
    expects: 'a date such as 2026-01-31',
    fits: isDay,
  },
  DATETIME: {
    expects: 'an instant with its zone, such as 2026-01-31T12:00:00Z, or a date',
    // With spaces around it rules read it as a text.
    fits: (value) =>
      isDay(value) || (isText(value) && value === value.trim() && !('fault' in readInstant(value))),
  },
  TEXT_LIST: { expects: 'a list of texts', fits: (value) => Array.isArray(value) && value.every(isText) },
  NUMBER_LIST: {
    expects: 'a list of numbers',
    fits: (value) => Array.isArray(value) && value.every(isNumber),
  },
  JSON: { expects: 'any value', fits: () => true },
};

/** What the values under a name must be. */
export interface ValueRule {
  type: ValueType;
  /** Of a list: what its elements may be. Null = any value of the type. */
  allowedValues: readonly unknown[] | null;
}

/** A rule whose allowed values are spelled as the values that are held against them. */
export function composedRule<R extends ValueRule>(rule: R): R {
  return rule.allowedValues ? { ...rule, allowedValues: composedTexts(rule.allowedValues) } : rule;
}

/** @returns a check of values that says, for people, what was expected; null when the value fits */
export function valueCheck({ type, allowedValues }: ValueRule): (value: unknown) => string | null {
  const { fits, expects } = VALUE_TYPES[type];
  if (!allowedValues) return (value) => (fits(value) ? null : expects);
  const allowed = new Set(allowedValues.map((value) => canonicalJson(asKept(type, value))));
  const expectation = `${expects}: of ${allowedValues.slice(0, SHOWN_VALUES).map(canonicalJson).join(', ')}${allowed.size > SHOWN_VALUES ? ', …' : ''}`;
  const isAllowed = (value: unknown) =>
    (Array.isArray(value) ? value : [value]).every((one) => allowed.has(canonicalJson(one)));
  return (value) => (fits(value) && isAllowed(value) ? null : expectation);
}

/**
 * A value of a type as it is kept: an instant in UTC, in one spelling whatever it came in. A date stays a date, and what
 * does not fit the type is left for the check to name.
 */
export function asKept(type: ValueType, value: unknown, reading: InstantReading = {}): unknown {
  if (type !== 'DATETIME' || isDay(value)) return value;
  const read = readInstant(value, reading);
  return 'fault' in read ? value : read.text;
}

/** @throws OnefoldError INVALID_VALUE, TOO_MANY, with the path of `allowedValues` below `path` */
export function checkValueRule({ type, allowedValues }: ValueRule, path: readonly (string | number)[]): void {
  if (!allowedValues) return;
  const here = [...path, 'allowedValues'];
  if (allowedValues.length > MAX_ALLOWED)
    throw new OnefoldError('TOO_MANY', {
      path: here,
      message: `At most ${MAX_ALLOWED} values can be allowed.`,
    });
  if (allowedValues.length === 0 || type === 'JSON' || type === 'BOOLEAN') {
    throw new OnefoldError('INVALID_VALUE', {
      path: here,
      message: 'Name at least one value, of a text, a number, a date or a list of them; or leave it out.',
    });
  }
  const { fits, expects } = VALUE_TYPES[type];
  for (const [index, value] of allowedValues.entries()) {
    checkJson(value, [...here, index]);
    if (!fits(type.endsWith('_LIST') ? [value] : value))
      throw new OnefoldError('INVALID_VALUE', {
        path: [...here, index],
        message: `A value of the type is expected here: ${expects}${type.endsWith('_LIST') ? ', and here one of its elements' : ''}.`,
      });
  }
}

/** What a value that nobody has defined seems to be: the narrowest type that it fits. */
export function inferType(value: unknown): ValueType {
  const narrowest = ['BOOLEAN', 'NUMBER', 'DATE', 'DATETIME', 'TEXT', 'TEXT_LIST', 'NUMBER_LIST'] as const;
  return narrowest.find((type) => VALUE_TYPES[type].fits(value)) ?? 'JSON';
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** A day that the calendar has: the 31st of February is none. */
function isDay(value: unknown): value is string {
  return isText(value) && DATE.test(value) && midnightOf(value) !== null;
}
