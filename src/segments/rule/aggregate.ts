import { sql } from 'kysely';
import { parseComparison } from './comparison.js';
import { invalid } from './invalid.js';
import type { RulePath, Sql } from './rule.js';

interface Kind {
  words: string;
  /** Over values that may be SQL null. Null when there is none that counts. */
  figure(value: Sql): Sql;
}

/** A number as it was sent, exactly; null for anything else. */
function number(value: Sql): Sql {
  return sql`(case when jsonb_typeof(${value}) = 'number' then (${value} #>> '{}')::numeric end)`;
}

/** All aggregates that there are: a new one is one entry here. */
export const AGGREGATES: Readonly<Record<string, Kind>> = {
  SUM: { words: 'sum', figure: (value) => sql`sum(${number(value)})` },
  AVERAGE: { words: 'average', figure: (value) => sql`avg(${number(value)})` },
  MINIMUM: { words: 'minimum', figure: (value) => sql`min(${number(value)})` },
  MAXIMUM: { words: 'maximum', figure: (value) => sql`max(${number(value)})` },
  DISTINCT: { words: 'number of distinct values', figure: (value) => sql`count(distinct ${value})` },
};

export interface Aggregate {
  figure: Sql;
  /** @param figure where the figure can be read in the statement */
  compile(figure: Sql): Sql;
  describe(): string;
}

/**
 * Reads a question about a figure over one property of events.
 * @param valueOf the expression of a property, by its steps
 * @throws OnefoldError RULE_INVALID with the path of the offending place
 */
export function parseAggregate(
  input: unknown,
  path: RulePath,
  valueOf: (property: string, path: RulePath) => Sql,
): Aggregate {
  const given = input as { function?: unknown; path?: unknown; is?: unknown };
  const kind = AGGREGATES[String(given.function)];
  if (!kind)
    throw invalid([...path, 'function'], `An aggregate is one of ${Object.keys(AGGREGATES).join(', ')}.`);
  if (typeof given.path !== 'string' || given.path === '')
    throw invalid([...path, 'path'], 'The path of a property is expected here.');
  const comparison = parseComparison(given.is, [...path, 'is']);
  if (comparison.nextChange)
    throw invalid([...path, 'is'], 'Aggregates are numbers: compare them with numbers.');
  return {
    figure: kind.figure(valueOf(given.path, [...path, 'path'])),
    compile: (figure) => comparison.compile(sql`to_jsonb(${figure})`),
    describe: () => `with a ${kind.words} of ${given.path as string} that ${comparison.describe()}`,
  };
}
