import { sql } from 'kysely';
import { parseAggregate } from '../aggregate.js';
import type { Aggregate } from '../aggregate.js';
import { earliest } from '../earliest.js';
import type { EventFigure, EventPasses } from '../event-passes.js';
import { parseComparison } from '../comparison.js';
import { interval, parseDuration } from '../duration.js';
import { invalid, onlyField } from '../invalid.js';
import { Moment, NOW } from '../now.js';
import { EventsWithin } from '../events-within.js';
import type { Dependency, PredicateKind, RuleContext, RulePath, Sql } from '../rule.js';
import { TIME_ZONE } from './attribute.js';

interface EventInput {
  type?: unknown;
  where?: unknown;
  withinLast?: unknown;
  from?: unknown;
  to?: unknown;
  count?: unknown;
  aggregate?: unknown;
}

/** Which events count: conditions over one row `e` of `event`, and how they read in English. */
interface Selection {
  conditions: Sql[];
  words: string[];
}

interface Properties extends Selection {
  /** For conditions whose answer changes by time alone: when next, for one event. */
  turns: Sql[];
  /** The conditions whose answer does not. */
  lasting: Sql[];
}

const COUNTS: ReadonlyMap<string, readonly [Sql, string]> = new Map([
  ['atLeast', [sql`>=`, 'at least']],
  ['atMost', [sql`<=`, 'at most']],
  ['exactly', [sql`=`, 'exactly']],
]);
const MAX_CONDITIONS = 20;
const EARLIEST = new Date('0001-01-01T00:00:00Z');
const LATEST = new Date('9999-12-31T23:59:59Z');
const MAX_COUNT = 1_000_000;

/** Counts the person's events of one type, with conditions on their properties and within a stretch of time. */
export const event: PredicateKind = {
  field: 'event',
  parse(input, path, context) {
    const given = input as EventInput;
    if (typeof given.type !== 'string' || given.type === '')
      throw invalid([...path, 'type'], 'The type of an event is expected here.');
    const events = selectEvents(given, path, context);
    const aggregate =
      given.aggregate == null ? null : aggregateOf(given, [...path, 'aggregate'], context, given.aggregate);
    const is =
      aggregate &&
      parseComparison(
        (given.aggregate as { is?: unknown }).is,
        [...path, 'aggregate', 'is'],
        context.timeZone,
      );
    // An aggregate speaks for itself, unless a count is asked for as well.
    const count = aggregate && given.count == null ? null : parseCount(given.count, [...path, 'count']);
    const value = (passes: EventPasses) =>
      aggregate?.shown(events.figure(passes, aggregate.figure, aggregate.conditions));
    return {
      compile: (passes) => {
        const shown = value(passes);
        const answers = [
          ...(count ? [count.compile(events.figure(passes, sql`count(*)`))] : []),
          ...(is && shown ? [is.compile(shown)] : []),
        ];
        const [only, ...others] = answers;
        return only && others.length === 0 ? only : sql`(${sql.join(answers, sql` and `)})`;
      },
      nextChange: (passes) => {
        const shown = value(passes);
        const ofAggregate = shown && is?.nextChange?.(shown);
        const ofEvents = events.nextChange(passes);
        return ofAggregate ? earliest([ofEvents, ofAggregate]) : ofEvents;
      },
      seen: { value: (passes) => value(passes) ?? sql`to_jsonb(${events.figure(passes, sql`count(*)`)})` },
      dependsOn: () => [...events.dependsOn, ...(is?.nextChange ? [TIME_ZONE] : [])],
      describe: () =>
        [
          'have',
          count?.words ?? 'events',
          ...events.words,
          ...(aggregate && is ? [`with a ${aggregate.words} that ${is.describe()}`] : []),
        ].join(' '),
    };
  },
};

/** Which events of a person are meant, and figures over them. */
export interface SelectedEvents {
  /** Where a figure over them can be read. @param more conditions that an event must meet besides */
  figure(passes: EventPasses, of: Sql, more?: readonly Sql[]): Sql;
  /** When time alone next changes which they are; null = never. */
  nextChange(passes: EventPasses): Sql | null;
  dependsOn: readonly Dependency[];
  words: readonly string[];
}

/** A figure over events; null for the type = of any. */
export interface DerivedFigure {
  type: string | null;
  function: string;
  path: string | null;
  where: readonly unknown[];
  withinLast: unknown;
}

/** @throws OnefoldError RULE_INVALID with the path of the offending place */
export function selectEvents(
  given: EventInput | DerivedFigure,
  path: RulePath,
  context: RuleContext,
): SelectedEvents {
  const type = typeof given.type === 'string' ? given.type : null;
  const properties = parseProperties(given.where, [...path, 'where'], readingOf(type, context));
  const period = parsePeriod(given, path);
  const conditions = [...properties.conditions, ...period.conditions];
  const since = period.from && sql`${period.from}::timestamptz`;
  return {
    figure: (passes, of, more = []) =>
      passes.figure({ type, conditions: [...conditions, ...more], since, figure: of }),
    nextChange: (passes) => {
      const ofPeriod =
        period.nextChange && passes.figure({ type, ...period.nextChange(properties.conditions) });
      if (properties.turns.length === 0) return ofPeriod;
      const turn = (of: Sql) =>
        passes.figure({ type, conditions: properties.lasting, since: null, figure: sql`min(${of})` });
      return earliest([ofPeriod, ...properties.turns.map(turn)]);
    },
    dependsOn: [
      new EventsWithin(type, period.from, period.to),
      ...(properties.turns.length > 0 ? [TIME_ZONE] : []),
    ],
    words: [type === null ? 'of any type' : `of type ${type}`, ...properties.words, ...period.words],
  };
}

/** The figure that is asked of these events. @throws OnefoldError RULE_INVALID with the path of the offending place */
export function aggregateOf(
  { type }: { type?: unknown },
  path: RulePath,
  context: RuleContext,
  input: unknown,
): Aggregate {
  const { isKeptBack } = readingOf(typeof type === 'string' ? type : null, context);
  return parseAggregate(input, path, (property, here) => valueOf(property, here, isKeptBack));
}

function readingOf(type: string | null, context: RuleContext): Reading {
  return {
    timeZone: context.timeZone,
    isKeptBack: (property) => type !== null && context.isKeptBack?.(type, property),
  };
}

interface Reading extends Pick<RuleContext, 'timeZone'> {
  isKeptBack: (property: string) => boolean | undefined;
}

function parseProperties(input: unknown, path: RulePath, reading: Reading): Properties {
  const given = (input ?? []) as { path?: unknown; is?: unknown }[];
  if (given.length > MAX_CONDITIONS)
    throw invalid(path, `At most ${MAX_CONDITIONS} conditions are allowed here.`);
  const parsed = given.map((condition, index) => {
    const here = [...path, String(index)];
    if (typeof condition.path !== 'string' || condition.path === '')
      throw invalid([...here, 'path'], 'The path of a property is expected here.');
    const value = valueOf(condition.path, [...here, 'path'], reading.isKeptBack);
    const comparison = parseComparison(condition.is, [...here, 'is'], reading.timeZone);
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

/** JSON's null says as little as nothing at all. */
function valueOf(property: string, path: RulePath, isKeptBack: Reading['isKeptBack']): Sql {
  const steps = property.split('.');
  if (isKeptBack(steps[0] ?? ''))
    throw invalid(path, 'The contract of the event keeps this property from segments.');
  return sql`nullif(e.properties #> ${steps}::text[], 'null')`;
}

interface Period extends Selection {
  /** No event before it counts, and none from `to` on. */
  from: Moment | Date | null;
  to: Date | null;
  nextChange: ((conditions: readonly Sql[]) => Omit<EventFigure, 'type'>) | null;
}

function parsePeriod(input: Pick<EventInput, 'withinLast' | 'from' | 'to'>, path: RulePath): Period {
  const conditions: Sql[] = [];
  const words: string[] = [];
  const from = parseInstant(input.from, [...path, 'from']);
  const to = parseInstant(input.to, [...path, 'to']);
  if (from && to && from >= to) throw invalid([...path, 'to'], '`to` must be later than `from`.');
  if (from) {
    conditions.push(sql`e.occurred_at >= ${from}::timestamptz`);
    words.push(`since ${from.toISOString()}`);
  }
  if (to) {
    conditions.push(sql`e.occurred_at < ${to}::timestamptz`);
    words.push(`before ${to.toISOString()}`);
  }
  if (input.withinLast === undefined || input.withinLast === null) {
    return { conditions, words, from, to, nextChange: null };
  }
  const window = parseDuration(input.withinLast, [...path, 'withinLast']);
  const start = new Moment(window.seconds);
  const since = sql`${start}::timestamptz`;
  const inside = [...conditions, sql`e.occurred_at > ${since}`];
  return {
    conditions: [...inside, sql`e.occurred_at <= ${NOW}::timestamptz`],
    words: [...words, `within the last ${window.describe()}`],
    from: start,
    to,
    // The next event to slip out of the window, or (events may be dated up to a day ahead) to slip into it.
    nextChange: (properties) => ({
      conditions: [...properties, ...inside],
      since,
      figure: sql`min(case when e.occurred_at > ${NOW}::timestamptz then e.occurred_at else e.occurred_at + ${interval(window)} end)`,
    }),
  };
}

function parseCount(input: unknown, path: RulePath): { compile(counted: Sql): Sql; words: string } {
  const [name, operand] =
    input === undefined || input === null ? (['atLeast', 1] as const) : onlyField(input, path);
  const n = Number(operand);
  if (!Number.isInteger(n) || n < 0 || n > MAX_COUNT) {
    throw invalid([...path, name], 'A count is a whole number from 0 to 1,000,000.');
  }
  const comparison = COUNTS.get(name);
  if (!comparison) throw invalid([...path, name], 'A count is one of atLeast, atMost, exactly.');
  const [symbol, words] = comparison;
  return {
    compile: (counted) => sql`(${counted} ${symbol} ${n}::bigint)`,
    words: `${words} ${n} ${n === 1 ? 'event' : 'events'}`,
  };
}

function parseInstant(input: unknown, path: RulePath): Date | null {
  if (input === undefined || input === null) return null;
  const instant = new Date(input as string);
  // PostgreSQL has no year 0, and nothing was bought before it.
  if (Number.isNaN(instant.getTime()) || instant < EARLIEST || instant > LATEST)
    throw invalid(path, 'An instant such as 2026-01-31T12:00:00Z is expected here.');
  return instant;
}
