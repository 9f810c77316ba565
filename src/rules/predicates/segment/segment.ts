import { sql } from 'kysely';
import { OnefoldError } from '../../../platform/index.js';
import { beginsOf, conditionOf, dependenciesOf, filterOf, nextChangeOf } from '../../compile-rule.js';
import { sizeOfRule } from '../../rule-size.js';
import type { PredicateKind } from '../../predicate-kind.js';
import { SegmentRuleInput } from './segment-rule.type.js';

/**
 * Asks whether the person belongs to another segment. The other's rule is put in its place, so that the answer
 * never lags behind and does not depend on the order in which segments are looked at.
 */
export const segment: PredicateKind = {
  field: 'segment',
  input: {
    type: SegmentRuleInput,
    description:
      "Matches people who satisfy that segment's current rule, even if that segment is a draft, paused or archived.",
  },
  parse(input, path, context) {
    const key = String((input as { key?: unknown }).key);
    const rule = context.segmentRule(key);
    if (!rule)
      throw new OnefoldError('SEGMENT_UNKNOWN', {
        path: [...path, 'key'],
        message: `There is no segment with that key.${context.meantSegment?.(key) ?? ''} See \`segments\` for those there are.`,
      });
    const mark = context.segmentMark?.(key);
    return {
      compile: (passes) => conditionOf(rule, passes),
      holds: (passes) => filterOf(rule, passes),
      nextChange: (passes) => nextChangeOf(rule, passes),
      begins: (passes) => beginsOf(rule, passes),
      dependsOn: () => [...dependenciesOf(rule).values()],
      seen: { value: (passes) => sql`to_jsonb(${conditionOf(rule, passes)})` },
      describe: () => `are in the segment ${key}${mark ? ` (${mark})` : ''}`,
      inlined: rule,
      references: { segments: [key], size: sizeOfRule(rule) },
    };
  },
};
