import { sql } from 'kysely';
import type { Privacy, ValueType } from '../../profiles/index.js';
import type { EventRow, OfEvent } from './event-row.js';
import { invalid } from './invalid.js';
import { instantValue, jsonValue, numberValue } from './json-value.js';
import type { JsonValue } from './json-value.js';
import type { RulePath, Sql } from './rule.js';

interface Kind {
  words: string;
  /** Whether it is of a property. `OPTIONAL`: without one, of the events themselves. */
  path: 'NEEDED' | 'OPTIONAL' | 'NONE';
  /** An aggregate over events. Null when none counts. @param value the property, null when there is none */
  figure(value: JsonValue, event: EventRow): Sql;
  /** Whether an event counts only when the property is there. */
  needsValue?: true;
  shown(figure: Sql): JsonValue;
  /** What it comes to where no event counts; absent = null. */
  ofNone?: 0;
  /** What it is; absent = of any kind. `PROPERTY`: as the property. */
  type?: ValueType | 'PROPERTY';
}

const NOTHING = jsonValue(sql`null::jsonb`);

/** JSON's null says as little as nothing at all. */
const known = ({ json }: JsonValue) => sql`nullif(${json}, 'null')`;
const first = (figure: Sql) => jsonValue(sql`(${figure})[1]`);
const MAX_LIST = 100;

/** All aggregates that there are: a new one is one entry here. */
export const AGGREGATES: Readonly<Record<string, Kind>> = {
  COUNT: {
    words: 'count',
    path: 'NONE',
    figure: () => sql`count(*)`,
    shown: numberValue,
    ofNone: 0,
    type: 'NUMBER',
  },
  SUM: {
    words: 'sum',
    path: 'NEEDED',
    figure: ({ number }) => sql`sum(${number})`,
    shown: numberValue,
    type: 'NUMBER',
  },
  AVERAGE: {
    words: 'average',
    path: 'NEEDED',
    figure: ({ number }) => sql`avg(${number})`,
    shown: numberValue,
    type: 'NUMBER',
  },
  MINIMUM: {
    words: 'minimum',
    path: 'NEEDED',
    figure: ({ number }) => sql`min(${number})`,
    shown: numberValue,
    type: 'NUMBER',
  },
  MAXIMUM: {
    words: 'maximum',
    path: 'NEEDED',
    figure: ({ number }) => sql`max(${number})`,
    shown: numberValue,
    type: 'NUMBER',
  },
  DISTINCT: {
    words: 'number of distinct values',
    path: 'NEEDED',
    figure: (value) => sql`count(distinct ${known(value)})`,
    shown: numberValue,
    ofNone: 0,
    type: 'NUMBER',
  },
  DISTINCT_LIST: {
    words: 'list of distinct values',
    path: 'NEEDED',
    figure: (value) => sql`array_agg(distinct ${known(value)})`,
    needsValue: true,
    shown: (figure) => jsonValue(sql`to_jsonb((${figure})[1:${sql.lit(MAX_LIST)}])`),
  },
  MOST_FREQUENT: {
    words: 'most frequent value',
    path: 'NEEDED',
    figure: (value) => sql`mode() within group (order by ${known(value)})`,
    needsValue: true,
    shown: jsonValue,
    type: 'PROPERTY',
  },
  FIRST: {
    words: 'first value',
    path: 'NEEDED',
    figure: (value, { occurredAt, id }) => sql`array_agg(${known(value)} order by ${occurredAt}, ${id})`,
    needsValue: true,
    shown: first,
    type: 'PROPERTY',
  },
  LAST: {
    words: 'last value',
    path: 'NEEDED',
    figure: (value, { occurredAt, id }) =>
      sql`array_agg(${known(value)} order by ${occurredAt} desc, ${id} desc)`,
    needsValue: true,
    shown: first,
    type: 'PROPERTY',
  },
  FIRST_AT: {
    words: 'first time',
    path: 'OPTIONAL',
    figure: (_, { occurredAt }) => sql`min(${occurredAt})`,
    needsValue: true,
    shown: instantValue,
    type: 'DATETIME',
  },
  LAST_AT: {
    words: 'last time',
    path: 'OPTIONAL',
    figure: (_, { occurredAt }) => sql`max(${occurredAt})`,
    needsValue: true,
    shown: instantValue,
    type: 'DATETIME',
  },
};

/** A figure over events. */
export interface Aggregate {
  figure: OfEvent;
  /** What an event must meet to count. */
  conditions: readonly OfEvent[];
  /** What it comes to where none does; absent = null. */
  ofNone?: number;
  /** @param figure where it can be read in the statement */
  shown(figure: Sql): JsonValue;
  /** In plain English: `sum of total`. */
  words: string;
  /** What it is; null = of any kind. */
  type: ValueType | null;
  /** How far it is hidden: as the property that it is of, be it only how many different values that has. */
  privacy: Privacy | undefined;
  /** Where it names a personal property; absent = it does not. */
  personal: RulePath | undefined;
}

/** How a property is found, and what the contract of the event says that it is. */
interface Properties {
  stepsOf: (property: string, path: RulePath) => readonly string[];
  typeOf: (property: string) => ValueType | undefined;
  privacyOf: (property: string) => Privacy | undefined;
}

/**
 * Reads which figure is meant.
 * @throws OnefoldError RULE_INVALID with the path of the offending place
 */
export function parseAggregate(
  input: unknown,
  path: RulePath,
  { stepsOf, typeOf, privacyOf }: Properties,
): Aggregate {
  const given = input as { function?: unknown; path?: unknown };
  const kind = AGGREGATES[String(given.function)];
  if (!kind)
    throw invalid([...path, 'function'], `An aggregate is one of ${Object.keys(AGGREGATES).join(', ')}.`);
  const property = given.path ?? '';
  if (typeof property !== 'string' || (property === '' && kind.path === 'NEEDED'))
    throw invalid([...path, 'path'], 'The path of a property is expected here.');
  if (property !== '' && kind.path === 'NONE')
    throw invalid([...path, 'path'], 'Events are counted as they are: leave the property out.');
  const privacy = property === '' ? undefined : privacyOf(property);
  const steps = property === '' ? null : stepsOf(property, [...path, 'path']);
  return {
    figure: (event) => kind.figure(steps ? event.property(steps) : NOTHING, event),
    conditions: kind.needsValue && steps ? [(event) => sql`${known(event.property(steps))} is not null`] : [],
    shown: (figure) => kind.shown(figure),
    ...(kind.ofNone !== undefined && { ofNone: kind.ofNone }),
    type: (kind.type === 'PROPERTY' ? typeOf(property) : kind.type) ?? null,
    privacy,
    personal: privacy?.isPersonal ? [...path, 'path'] : undefined,
    words: property === '' ? kind.words : `${kind.words} of ${property}`,
  };
}
