import { sql } from 'kysely';
import { CURRENCY } from '../../access/index.js';
import type { DependencyName } from '../../definitions/index.js';
import type { Privacy, ValueType } from '../../profiles/index.js';
import type { EventRow, OfEvent } from './event-row.js';
import { invalid } from '../invalid.js';
import { instantValue, jsonValue, numberValue } from '../comparisons/json-value.js';
import type { JsonValue } from '../comparisons/json-value.js';
import { inCurrency, moneyOfProperty } from './amounts.js';
import type { InCurrency, Money, MoneyReading } from './amounts.js';
import type { RulePath } from '../rule-path.js';
import type { Sql } from '../sql.js';

/** An aggregate over events. @param value the property, null when there is none @param currency of an amount of money */
type Figure = (value: JsonValue, event: EventRow, currency: Sql) => Sql;

interface Kind {
  words: string;
  /** Whether it is of a property. `OPTIONAL`: without one, of the events themselves. */
  path: 'NEEDED' | 'OPTIONAL' | 'NONE';
  /** Null when no event counts. */
  figure: Figure;
  /** How the same figure over other events is taken off; absent = that makes no sense. */
  less?: { figure: Figure; from: (figure: Sql, less: Sql) => Sql };
  /** Of which amounts of money it is: of those in one currency, or of all of them, each apart. Absent = it adds up none. */
  ofMoney?: 'ONE_CURRENCY' | 'EVERY_CURRENCY';
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
    less: { figure: () => sql`count(*)`, from: (figure, less) => sql`(${figure} - ${less})` },
    shown: numberValue,
    ofNone: 0,
    type: 'NUMBER',
  },
  SUM: {
    words: 'sum',
    path: 'NEEDED',
    figure: ({ number }) => sql`sum(${number})`,
    less: {
      figure: ({ number }) => sql`sum(abs(${number}))`,
      from: (figure, less) => sql`coalesce(${figure} - ${less}, ${figure}, - ${less})`,
    },
    ofMoney: 'ONE_CURRENCY',
    shown: numberValue,
    type: 'NUMBER',
  },
  SUM_BY_CURRENCY: {
    words: 'sums by currency',
    path: 'NEEDED',
    figure: ({ number }, _, currency) => sql`jsonb_agg(jsonb_build_array(${currency}, ${number}))`,
    less: {
      figure: ({ number }, _, currency) => sql`jsonb_agg(jsonb_build_array(${currency}, - abs(${number})))`,
      from: (figure, less) => sql`coalesce(${figure} || ${less}, ${figure}, ${less})`,
    },
    ofMoney: 'EVERY_CURRENCY',
    shown: (figure) =>
      jsonValue(sql`(
        select jsonb_object_agg(currency, amount) from (
          select amount ->> 0 as currency, sum((amount ->> 1)::numeric) as amount
          from jsonb_array_elements(${figure}) as amount where amount ->> 1 is not null group by 1
        ) as sums)`),
    type: 'JSON',
  },
  AVERAGE: {
    words: 'average',
    path: 'NEEDED',
    figure: ({ number }) => sql`avg(${number})`,
    ofMoney: 'ONE_CURRENCY',
    shown: numberValue,
    type: 'NUMBER',
  },
  MINIMUM: {
    words: 'minimum',
    path: 'NEEDED',
    figure: ({ number }) => sql`min(${number})`,
    ofMoney: 'ONE_CURRENCY',
    shown: numberValue,
    type: 'NUMBER',
  },
  MAXIMUM: {
    words: 'maximum',
    path: 'NEEDED',
    figure: ({ number }) => sql`max(${number})`,
    ofMoney: 'ONE_CURRENCY',
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
    figure: ({ json }) => sql`array_agg(distinct ${json})`,
    needsValue: true,
    shown: (figure) => jsonValue(sql`to_jsonb((${figure})[1:${sql.lit(MAX_LIST)}])`),
  },
  MOST_FREQUENT: {
    words: 'most frequent value',
    path: 'NEEDED',
    figure: ({ json }) => sql`mode() within group (order by ${json})`,
    needsValue: true,
    shown: jsonValue,
    type: 'PROPERTY',
  },
  FIRST: {
    words: 'first value',
    path: 'NEEDED',
    figure: ({ json }, { occurredAt, id }) => sql`array_agg(${json} order by ${occurredAt}, ${id})`,
    needsValue: true,
    shown: first,
    type: 'PROPERTY',
  },
  LAST: {
    words: 'last value',
    path: 'NEEDED',
    figure: ({ json }, { occurredAt, id }) => sql`array_agg(${json} order by ${occurredAt} desc, ${id} desc)`,
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
  /** How the same over other events is taken off; absent = that makes no sense. */
  less?: { figure: OfEvent; from: (figure: Sql, less: Sql) => Sql };
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
  /** Of money in one currency: its code; null = it is not. */
  inCurrency: string | null;
  /** Whether it is of money in every currency, each apart. */
  isByCurrency: boolean;
  /** Where it names a personal property; absent = it does not. */
  personal: RulePath | undefined;
  /** What else of the workspace it depends on. */
  dependsOn: readonly DependencyName[];
}

/** How a property is found, and what the contract of the event says that it is. */
interface Properties extends MoneyReading {
  stepsOf: (property: string, path: RulePath) => readonly string[];
  /** What rules depend on that ask which of them are amounts of money. */
  amountsOf: readonly DependencyName[];
  typeOf: (property: string) => ValueType | undefined;
  privacyOf: (property: string) => Privacy | undefined;
}

/**
 * Reads which figure is meant.
 * @throws OnefoldError RULE_INVALID with the path of the offending place
 */
export function parseAggregate(input: unknown, path: RulePath, properties: Properties): Aggregate {
  const { stepsOf, typeOf, privacyOf } = properties;
  const given = input as { function?: unknown; path?: unknown; currency?: unknown };
  const kind = AGGREGATES[String(given.function)];
  if (!kind)
    throw invalid([...path, 'function'], `An aggregate is one of ${Object.keys(AGGREGATES).join(', ')}.`);
  const property = given.path ?? '';
  if (typeof property !== 'string' || (property === '' && kind.path === 'NEEDED'))
    throw invalid([...path, 'path'], 'The path of a property is expected here.');
  if (property !== '' && kind.path === 'NONE')
    throw invalid([...path, 'path'], 'Events are counted as they are: leave the property out.');
  const steps = property === '' ? null : stepsOf(property, [...path, 'path']);
  const privacy = property === '' ? undefined : privacyOf(property);
  const { money, only } = moneyOf(kind, { steps, wanted: given.currency }, path, properties);
  const of =
    (figure: Figure): OfEvent =>
    (event) =>
      figure(steps ? event.property(steps) : NOTHING, event, money?.codeOf(event) ?? sql`null`);
  return {
    figure: of(kind.figure),
    ...(kind.less && { less: { figure: of(kind.less.figure), from: kind.less.from } }),
    conditions: [
      ...(kind.needsValue && steps
        ? [(event: EventRow) => sql`${event.property(steps).plain} is not null`]
        : []),
      ...(only ? [only.condition] : []),
    ],
    shown: (figure) => kind.shown(figure),
    ...(kind.ofNone !== undefined && { ofNone: kind.ofNone }),
    type: (kind.type === 'PROPERTY' ? typeOf(property) : kind.type) ?? null,
    privacy,
    inCurrency: only?.code ?? null,
    isByCurrency: kind.ofMoney === 'EVERY_CURRENCY',
    personal:
      privacy?.isPersonal || (money && privacyOf(money.property)?.isPersonal) ? [...path, 'path'] : undefined,
    dependsOn: [...(kind.ofMoney ? properties.amountsOf : []), ...(money ? [CURRENCY] : [])],
    words: property === '' ? kind.words : `${kind.words} of ${property}${only?.words ?? ''}`,
  };
}

/** Whether a figure is over money; and over that in which currency alone. @throws OnefoldError RULE_INVALID */
function moneyOf(
  { ofMoney }: Kind,
  { steps, wanted }: { steps: readonly string[] | null; wanted: unknown },
  path: RulePath,
  reading: MoneyReading,
): { money: Money | null; only: InCurrency | null } {
  const here = [...path, 'currency'];
  if (wanted != null && ofMoney !== 'ONE_CURRENCY')
    throw invalid(here, 'This figure is not one over amounts in one currency: leave it out.');
  const isMeant = wanted != null || ofMoney === 'EVERY_CURRENCY';
  const money = ofMoney && steps ? moneyOfProperty(steps, reading, isMeant) : null;
  const only = money && ofMoney === 'ONE_CURRENCY' ? inCurrency(wanted, here, { money, reading }) : null;
  return { money, only };
}
