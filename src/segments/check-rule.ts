import { checkJson, OnefoldError } from '../platform/index.js';
import { parseRule } from './rule/parse-rule.js';
import { segmentsIn } from './rule/rule-size.js';
import type { Rule } from './rule/rule.js';
import type { SegmentCatalogue } from './segment-catalogue.js';

/** Of the JSON of a rule, which nests more than twice as deep as the rule. */
const MAX_JSON_DEPTH = 100;

/**
 * Reads a rule against the segments there are.
 * @param forKey the segment that is to get it, when it exists already: it must not come to depend on itself
 * @param path the argument that the rule is in; default `rule`
 * @throws OnefoldError RULE_INVALID, RULE_TOO_LARGE, SEGMENT_UNKNOWN, SEGMENT_CYCLE, with the path from the argument inwards
 */
export function checkRule(
  catalogue: SegmentCatalogue,
  rule: unknown,
  { forKey, path = 'rule' }: { forKey?: string; path?: string } = {},
): Rule {
  checkJson(rule, [path], MAX_JSON_DEPTH);
  const parsed = within(path, () =>
    parseRule(rule, { segmentRule: (key) => catalogue.byKey.get(key)?.rule }),
  );
  const ways = forKey ? segmentsIn(parsed).filter((key) => leadsTo(catalogue, key, forKey)) : [];
  if (ways.length > 0) {
    throw new OnefoldError('SEGMENT_CYCLE', {
      path: ['rule'],
      message: `The segment would depend on itself through "${ways.join('", "')}". Remove that reference.`,
    });
  }
  return parsed;
}

/** Keys of the segments whose rule refers to this one, directly or through others. */
export function dependentsOf(catalogue: SegmentCatalogue, key: string): string[] {
  return [...catalogue.byKey.keys()].filter((other) => other !== key && leadsTo(catalogue, other, key));
}

function leadsTo(catalogue: SegmentCatalogue, from: string, target: string): boolean {
  return (
    from === target ||
    (catalogue.byKey.get(from)?.uses.some((key) => leadsTo(catalogue, key, target)) ?? false)
  );
}

function within<T>(field: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof OnefoldError)) throw error;
    throw new OnefoldError(error.code, {
      message: error.message,
      path: [field, ...error.inputPath],
      extensions: error.extensions,
    });
  }
}
