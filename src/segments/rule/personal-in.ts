import type { Rule, RulePath } from './rule.js';

/**
 * Where a rule itself asks for a personal value; undefined = nowhere. What a segment that it refers to asks does not
 * count: whoever saved that one was entitled to, and who belongs to it is no secret.
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
