import { OnefoldError } from '../platform/index.js';
import type { AttributeDefinition } from './attribute-definitions.js';
import { valueCheck } from './value-type.js';

/** What the attributes of an item are held against. */
export interface AttributeRules {
  /** Whether there is a definition with this key. */
  has(key: string): boolean;
  /**
   * Adds to `errors` what a value breaks, with the path from the item inwards. Null says that there is no value any
   * more, and always may.
   */
  check(key: string, value: unknown, errors: OnefoldError[]): void;
  isAudited(key: string): boolean;
}

/** Makes definitions ready for use. */
export function compileAttributes(definitions: ReadonlyMap<string, AttributeDefinition>): AttributeRules {
  const checks = new Map([...definitions].map(([key, definition]) => [key, valueCheck(definition)]));
  const audited = new Set([...definitions.values()].filter((one) => one.isAudited).map(({ key }) => key));
  return {
    has: (key) => checks.has(key),
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
    message: `The attribute takes ${expected}. Mend the value, or what is allowed.`,
  });
}
