import type { UnknownPolicy } from '../access/index.js';
import { OnefoldError } from '../platform/index.js';
import type { AttributeDefinition } from './attribute-definitions.js';
import { valueCheck } from './value-type.js';

/** What the attributes of an item are held against. */
export interface AttributeRules {
  /**
   * Adds to `errors` what a value breaks, with the path from the item inwards. Null says that there is no value any
   * more, and always may.
   * @returns whether its key is to be discovered
   */
  check(key: string, value: unknown, policy: UnknownPolicy, errors: OnefoldError[]): boolean;
  isAudited(key: string): boolean;
}

/** Makes definitions ready for use. */
export function compileAttributes(definitions: ReadonlyMap<string, AttributeDefinition>): AttributeRules {
  const checks = new Map([...definitions].map(([key, definition]) => [key, valueCheck(definition)]));
  const audited = new Set([...definitions.values()].filter((one) => one.isAudited).map(({ key }) => key));
  return {
    check(key, value, policy, errors) {
      const check = checks.get(key);
      if (!check) {
        if (policy === 'DISCOVER') return true;
        errors.push(new OnefoldError('ATTRIBUTE_UNKNOWN', { path: ['attributes', key] }));
        return false;
      }
      const expected = value === null ? null : check(value);
      if (expected !== null) errors.push(invalid(key, expected));
      return false;
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
