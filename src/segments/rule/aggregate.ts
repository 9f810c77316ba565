import { sql } from 'kysely';
import type { ValueType } from '../../profiles/index.js';
import { invalid } from './invalid.js';
import type { RulePath, Sql } from './rule.js';

interface Kind {
  words: string;
  /** Whether it is of a property. `OPTIONAL`: without one, of the events themselves. */
  path: 'NEEDED' | 'OPTIONAL' | 'NONE';
  /** An aggregate over events `e`, of which those count that `needs` lets pass. Null when none counts. */
  figure(value: Sql): Sql;
  /** Whether an event counts only when the property is there. */
  needsValue?: true;
  /** The figure as jsonb. */
  shown(figure: Sql): Sql;
  /** What it comes to where no event counts; absent = null. */
  ofNone?: 0;
  /** What it is; absent = of any kind. `PROPERTY`: as the property. */
  type?: ValueType | 'PROPERTY';
}

/** A number as it was sent, exactly; null for anything else. */
function number(value: Sql): Sql {
  return sql`(case when jsonb_typeof(${value}) = 'number' then (${value} #>> '{}')::numeric end)`;
}

const plain = (figure: Sql) => sql`to_jsonb(${figure})`;
const instant = (figure: Sql) =>
  sql`to_jsonb(to_char(${figure} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))`;
const first = (figure: Sql) => sql`(${figure})[1]`;
const MAX_LIST = 100;

/** All aggregates that there are: a new one is one entry here. */
export const AGGREGATES: Readonly<Record<string, Kind>> = {
  COUNT: {
    words: 'count',
    path: 'NONE',
    figure: () => sql`count(*)`,
    shown: plain,
    ofNone: 0,
    type: 'NUMBER',
  },
  SUM: {
    words: 'sum',
    path: 'NEEDED',
    figure: (value) => sql`sum(${number(value)})`,
    shown: plain,
    type: 'NUMBER',
  },
  AVERAGE: {
    words: 'average',
    path: 'NEEDED',
    figure: (value) => sql`avg(${number(value)})`,
    shown: plain,
    type: 'NUMBER',
  },
  MINIMUM: {
    words: 'minimum',
    path: 'NEEDED',
    figure: (value) => sql`min(${number(value)})`,
    shown: plain,
    type: 'NUMBER',
  },
  MAXIMUM: {
    words: 'maximum',
    path: 'NEEDED',
    figure: (value) => sql`max(${number(value)})`,
    shown: plain,
    type: 'NUMBER',
  },
  DISTINCT: {
    words: 'number of distinct values',
    path: 'NEEDED',
    figure: (value) => sql`count(distinct ${value})`,
    shown: plain,
    ofNone: 0,
    type: 'NUMBER',
  },
  DISTINCT_LIST: {
    words: 'list of distinct values',
    path: 'NEEDED',
    figure: (value) => sql`array_agg(distinct ${value})`,
    needsValue: true,
    shown: (figure) => sql`to_jsonb((${figure})[1:${sql.lit(MAX_LIST)}])`,
  },
  MOST_FREQUENT: {
    words: 'most frequent value',
    path: 'NEEDED',
    figure: (value) => sql`mode() within group (order by ${value})`,
    needsValue: true,
    shown: plain,
    type: 'PROPERTY',
  },
  FIRST: {
    words: 'first value',
    path: 'NEEDED',
    figure: (value) => sql`array_agg(${value} order by e.occurred_at, e.id)`,
    needsValue: true,
    shown: first,
    type: 'PROPERTY',
  },
  LAST: {
    words: 'last value',
    path: 'NEEDED',
    figure: (value) => sql`array_agg(${value} order by e.occurred_at desc, e.id desc)`,
    needsValue: true,
    shown: first,
    type: 'PROPERTY',
  },
  FIRST_AT: {
    words: 'first time',
    path: 'OPTIONAL',
    figure: () => sql`min(e.occurred_at)`,
    needsValue: true,
    shown: instant,
    type: 'DATETIME',
  },
  LAST_AT: {
    words: 'last time',
    path: 'OPTIONAL',
    figure: () => sql`max(e.occurred_at)`,
    needsValue: true,
    shown: instant,
    type: 'DATETIME',
  },
};

/** A figure over events. */
export interface Aggregate {
  figure: Sql;
  /** What an event must meet to count. */
  conditions: readonly Sql[];
  /** What it comes to where none does; absent = null. */
  ofNone?: number;
  /** @param figure where it can be read in the statement @returns it as jsonb, SQL null when it is not known */
  shown(figure: Sql): Sql;
  /** In plain English: `sum of total`. */
  words: string;
  /** What it is; null = of any kind. */
  type: ValueType | null;
}

/** How a property is read: as an expression, and what the contract of the event says that it is. */
interface Properties {
  valueOf: (property: string, path: RulePath) => Sql;
  typeOf: (property: string) => ValueType | undefined;
}

/**
 * Reads which figure is meant.
 * @throws OnefoldError RULE_INVALID with the path of the offending place
 */
export function parseAggregate(input: unknown, path: RulePath, { valueOf, typeOf }: Properties): Aggregate {
  const given = input as { function?: unknown; path?: unknown };
  const kind = AGGREGATES[String(given.function)];
  if (!kind)
    throw invalid([...path, 'function'], `An aggregate is one of ${Object.keys(AGGREGATES).join(', ')}.`);
  const property = given.path ?? '';
  if (typeof property !== 'string' || (property === '' && kind.path === 'NEEDED'))
    throw invalid([...path, 'path'], 'The path of a property is expected here.');
  if (property !== '' && kind.path === 'NONE')
    throw invalid([...path, 'path'], 'Events are counted as they are: leave the property out.');
  const value = property === '' ? sql`null::jsonb` : valueOf(property, [...path, 'path']);
  return {
    figure: kind.figure(value),
    conditions: kind.needsValue && property !== '' ? [sql`${value} is not null`] : [],
    shown: (figure) => kind.shown(figure),
    ...(kind.ofNone !== undefined && { ofNone: kind.ofNone }),
    type: (kind.type === 'PROPERTY' ? typeOf(property) : kind.type) ?? null,
    words: property === '' ? kind.words : `${kind.words} of ${property}`,
  };
}
