import { sql } from 'kysely';
import { asksPersonal, attributeDependency } from '../../../profiles/index.js';
import { orFalse } from '../../comparisons/comparison.js';
import { maskComparison, parseComparison } from '../../comparisons/parse-comparison.js';
import { firstAhead } from '../../first-ahead.js';
import { invalid } from '../../invalid.js';
import { jsonValue } from '../../comparisons/json-value.js';
import type { PredicateKind } from '../../predicate-kind.js';
import { ValueRuleInput } from '../../value-rule.type.js';

/** Compares what is known of one attribute of the person. */
export const attribute: PredicateKind = {
  field: 'attribute',
  input: { type: ValueRuleInput, description: 'An attribute of the person.' },
  parse(input, path, context) {
    const { key, is } = input as { key?: unknown; is?: unknown };
    if (typeof key !== 'string' || key === '' || key.length > 200)
      throw invalid([...path, 'key'], 'The key of an attribute is expected here.');
    const privacy = context.personal?.attribute(key);
    const isPersonal = asksPersonal(privacy, is);
    const isHidden = isPersonal && context.isMasked;
    const comparison = parseComparison(is, [...path, 'is'], {
      timeZone: context.timeZone,
      type: context.attributeType?.(key),
      isMasked: isHidden,
    });
    const name = context.names?.attribute(key, [...path, 'key']);
    // What is wrong would be told with the values themselves.
    if (name && !isHidden) context.names?.compare(name, is, [...path, 'is']);
    const value = jsonValue(sql`(p.attributes -> ${key}::text)`, sql`(p.attributes ->> ${key}::text)`);
    return {
      compile: () => orFalse(comparison.holds(value)),
      holds: () => comparison.holds(value),
      seen: { value: () => value.json, privacy },
      personal: isPersonal ? [...path, 'key'] : undefined,
      nextChange: () => comparison.nextChange?.(value) ?? null,
      begins: () => firstAhead(sql`a.facts -> 'attributes' ? ${key}::text`),
      dependsOn: () => [attributeDependency(key), ...(comparison.dependsOn ?? [])],
      describe: () => `have an attribute ${key}${name?.mark ?? ''} that ${comparison.describe()}`,
    };
  },
  mask: (input: { key: string; is: object }, { personal }) =>
    asksPersonal(personal?.attribute(input.key), input.is)
      ? { ...input, is: maskComparison(input.is) }
      : input,
};
