import { parseRule, ruleContextFor, withExit } from '../rules/index.js';
import type { Rule, RuleContext, Vocabulary } from '../rules/index.js';
import type { Segment } from './segment.entity.js';

/** The rules of segments, and what they are read with. */
export interface RulesOfSegments extends RuleContext {
  segmentMark(this: void, key: string): string | undefined;
  of(key: string): Rule;
}

/** Parses the rules that segments were saved with, as they refer to each other. Saving refuses cycles, so this ends. */
export function rulesOfSegments(
  definitions: readonly Segment[],
  words: Vocabulary,
  reading: 'SAVED' | 'MASKED',
): RulesOfSegments {
  const byKey = new Map(definitions.map((definition) => [definition.key, definition]));
  const parsed = new Map<string, Rule>();
  const of = (key: string): Rule => {
    const known = parsed.get(key);
    if (known) return known;
    const definition = byKey.get(key);
    const exit = definition?.exitRule == null ? null : parseRule(definition.exitRule, context);
    const rule = withExit(definition?.id ?? '', parseRule(definition?.rule, context), exit);
    parsed.set(key, rule);
    return rule;
  };
  const segmentMark = (key: string) => {
    const { targetState = 'LIVE' } = byKey.get(key) ?? {};
    return targetState === 'LIVE' ? undefined : targetState.toLowerCase();
  };
  const segmentRule = (key: string) => (byKey.has(key) ? of(key) : undefined);
  const context = ruleContextFor(words, reading, { segmentRule, segmentMark, keys: () => byKey.keys() });
  return { ...context, segmentMark, of };
}
