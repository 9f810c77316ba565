/** What the values of an attribute, or of a property of an event, must be. */
export type ValueType =
  'TEXT' | 'NUMBER' | 'BOOLEAN' | 'DATE' | 'DATETIME' | 'TEXT_LIST' | 'NUMBER_LIST' | 'JSON';

interface Kind {
  /** Says, for people, what a value must look like. */
  expects: string;
  fits(value: unknown): boolean;
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const DATETIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;
const DAY_LETTERS = 10;

export const VALUE_TYPES: Readonly<Record<ValueType, Kind>> = {
  TEXT: { expects: 'a text', fits: isText },
  NUMBER: { expects: 'a number', fits: isNumber },
  BOOLEAN: { expects: 'true or false', fits: (value) => typeof value === 'boolean' },
  DATE: {
    expects: 'a date such as 2026-01-31',
    fits: (value) => isText(value) && DATE.test(value) && isDay(value),
  },
  DATETIME: {
    expects: 'an instant such as 2026-01-31T12:00:00Z, or a date',
    fits: (value) =>
      isText(value) &&
      (DATE.test(value) || (DATETIME.test(value) && !Number.isNaN(Date.parse(value)))) &&
      isDay(value.slice(0, DAY_LETTERS)),
  },
  TEXT_LIST: { expects: 'a list of texts', fits: (value) => Array.isArray(value) && value.every(isText) },
  NUMBER_LIST: {
    expects: 'a list of numbers',
    fits: (value) => Array.isArray(value) && value.every(isNumber),
  },
  JSON: { expects: 'any value', fits: () => true },
};

/** What a value that nobody has defined seems to be: the narrowest type that it fits. */
export function inferType(value: unknown): ValueType {
  const narrowest = ['BOOLEAN', 'NUMBER', 'DATE', 'DATETIME', 'TEXT', 'TEXT_LIST', 'NUMBER_LIST'] as const;
  return narrowest.find((type) => VALUE_TYPES[type].fits(value)) ?? 'JSON';
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

/** A day that the calendar has: the 31st of February is none. */
function isDay(text: string): boolean {
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}
