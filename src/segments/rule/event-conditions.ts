import { sql } from 'kysely';
import type { ValueType } from '../../profiles/index.js';
import { parseComparison } from './comparison.js';
import { invalid } from './invalid.js';
import type { RuleContext, RulePath, Sql } from './rule.js';

/** What an event must meet to count: conditions over its row, and how they read in English. */
export interface EventConditions {
  conditions: readonly Sql[];
  /** Those whose answer does not change by time alone. */
  lasting: readonly Sql[];
  /** When time alone next changes the answer of one of the others, for one event: null in SQL when it never does. */
  turns: readonly Sql[];
  words: readonly string[];
}

/** How the properties of events of one type are read. */
export interface Reading extends Pick<RuleContext, 'timeZone'> {
  isKeptBack(property: string): boolean;
  typeOf(property: string): ValueType | undefined;
}

const MAX_CONDITIONS = 20;

/** @param type null = of any, which have no contract in common */
export function readingOf(type: string | null, context: RuleContext): Reading {
  return {
    timeZone: context.timeZone,
    isKeptBack: (property) => type !== null && context.isKeptBack?.(type, property) === true,
    typeOf: (property) => (type === null ? undefined : context.propertyType?.(type, property)),
  };
}

/**
 * Reads conditions on the properties of an event.
 * @param row the alias under which the event stands in the statement
 * @throws OnefoldError RULE_INVALID with the path of the offending place
 */
export function parseProperties(
  input: unknown,
  path: RulePath,
  { reading, row }: { reading: Reading; row: string },
): EventConditions {
  const given = (input ?? []) as { path?: unknown; is?: unknown }[];
  if (given.length > MAX_CONDITIONS)
    throw invalid(path, `At most ${MAX_CONDITIONS} conditions are allowed here.`);
  const parsed = given.map((condition, index) => {
    const here = [...path, String(index)];
    if (typeof condition.path !== 'string' || condition.path === '')
      throw invalid([...here, 'path'], 'The path of a property is expected here.');
    const value = propertyOf(condition.path, [...here, 'path'], { reading, row });
    const comparison = parseComparison(condition.is, [...here, 'is'], {
      timeZone: reading.timeZone,
      type: reading.typeOf(condition.path),
    });
    return {
      condition: comparison.compile(value),
      turn: comparison.nextChange?.(value) ?? null,
      words: `${index === 0 ? 'where' : 'and'} ${condition.path} ${comparison.describe()}`,
    };
  });
  return {
    conditions: parsed.map((one) => one.condition),
    lasting: parsed.filter(({ turn }) => !turn).map((one) => one.condition),
    turns: parsed.flatMap(({ turn }) => turn ?? []),
    words: parsed.map((one) => one.words),
  };
}

/** The value of a property as jsonb. */
export function propertyOf(
  property: string,
  path: RulePath,
  { reading, row }: { reading: Reading; row: string },
): Sql {
  const steps = property.split('.');
  if (reading.isKeptBack(steps[0] ?? ''))
    throw invalid(path, 'The contract of the event keeps this property from segments.');
  return sql`(${sql.raw(`${row}.properties`)} #> ${steps}::text[])`;
}
