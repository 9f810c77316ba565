import { OnefoldError } from '../platform/index.js';
import type { InstantReading } from '../platform/index.js';
import type { AttributeDefinition } from './attribute-definitions.js';
import { asKept, valueCheck } from './value-type.js';

/** What the attributes of an item are held against. */
export interface AttributeRules {
  /** Whether there is a definition with this key. */
  has(key: string): boolean;
  /** A value as it is kept. @param reading how its source writes instants */
  asKept(key: string, value: unknown, reading?: InstantReading): unknown;
  /**
   * Adds to `errors` what a value, as it is kept, breaks, with the path from the item inwards. Null says that there is no value any
   * more, and always may.
   */
  check(key: string, value: unknown, errors: OnefoldError[]): void;
  isAudited(key: string): boolean;
}

/** Makes definitions ready for use. */
export function compileAttributes(definitions: ReadonlyMap<string, AttributeDefinition>): AttributeRules {
  const checks = new Map([...definitions].map(([key, definition]) => [key, valueCheck(definition)]));
  const datetimes = new Set([...checks.keys()].filter((key) => definitions.get(key)?.type === 'DATETIME'));
  const audited = new Set([...definitions.values()].filter((one) => one.isAudited).map(({ key }) => key));
  return {
    has: (key) => checks.has(key),
    asKept: (key, value, reading) => (datetimes.has(key) ? asKept('DATETIME', value, reading) : value),
    check(key, value, errors) {
      const expected = value === null ? null : (checks.get(key)?.(value) ?? null);
      if (expected !== null) errors.push(invalid(key, expected));
    },
    isAudited: (key) => audited.has(key),
  };
}

function invalid(key: string, expected: string): OnefoldError {
  return new OnefoldError('ATTRIBUTE_INVALID', {
    path: ['attributes', key],
    message: `The attribute takes ${expected}. Fix the value, or what is allowed.`,
  });
}
