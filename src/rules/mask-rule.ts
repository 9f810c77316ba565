import { PREDICATE_KINDS } from './predicates/index.js';
import type { RuleContext } from './rule-context.js';

/** A saved rule with all that personal values are compared with hidden: still the JSON of a RuleInput. */
export function maskRule(input: unknown, context: RuleContext): unknown {
  return Object.fromEntries(
    Object.entries(input as object).map(([field, value]) => [field, maskField(field, value, context)]),
  );
}

function maskField(field: string, value: unknown, context: RuleContext): unknown {
  if (value === null) return null;
  if (Array.isArray(value)) return value.map((child) => maskRule(child, context));
  if (field === 'not') return maskRule(value, context);
  return PREDICATE_KINDS.get(field)?.mask?.(value as never, context) ?? value;
}
