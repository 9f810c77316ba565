import type { Rule } from './rule.js';

/** How many nodes are evaluated for each person: those of the segments that the rule refers to included. */
export function sizeOfRule(rule: Rule): number {
  if (rule.kind === 'predicate') return 1 + (rule.predicate.references?.size ?? 0);
  if (rule.kind === 'not') return 1 + sizeOfRule(rule.rule);
  return rule.rules.reduce((sum, child) => sum + sizeOfRule(child), 1);
}

/** Keys of the segments that the rule refers to directly. */
export function segmentsIn(rule: Rule): string[] {
  if (rule.kind === 'predicate') return [...(rule.predicate.references?.segments ?? [])];
  if (rule.kind === 'not') return segmentsIn(rule.rule);
  return rule.rules.flatMap(segmentsIn);
}
