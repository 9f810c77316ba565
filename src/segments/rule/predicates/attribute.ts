import { sql } from 'kysely';
import { parseComparison } from '../comparison.js';
import { invalid } from '../invalid.js';
import type { PredicateKind } from '../rule.js';

/** Compares what is known of one attribute of the person. */
export const attribute: PredicateKind = {
  field: 'attribute',
  parse(input, path) {
    const { key, is } = input as { key?: unknown; is?: unknown };
    if (typeof key !== 'string' || key === '' || key.length > 200)
      throw invalid([...path, 'key'], 'The key of an attribute is expected here.');
    const comparison = parseComparison(is, [...path, 'is']);
    return {
      compile: () => comparison.compile(sql`(p.attributes -> ${key}::text)`),
      nextChange: () => null,
      dependsOn: () => [`attribute:${key}`],
      describe: () => `have an attribute ${key} that ${comparison.describe()}`,
    };
  },
};
