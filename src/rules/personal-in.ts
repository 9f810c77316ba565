import type { Rule } from './rule.js';
import type { RulePath } from './rule-path.js';

/**
 * Where a rule itself asks for a personal value; undefined = nowhere. A reference to a segment does not count, whatever
 * that one asks: it was saved by a key that sees personal values, and its members are no secret.
 */
export function personalIn(rule: Rule): RulePath | undefined {
  if (rule.kind === 'predicate') return rule.predicate.personal;
  if (rule.kind === 'not') return personalIn(rule.rule);
  for (const child of rule.rules) {
    const found = personalIn(child);
    if (found) return found;
  }
  return undefined;
}
