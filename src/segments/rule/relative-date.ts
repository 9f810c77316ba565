import { sql } from 'kysely';
import { interval, parseDuration } from './duration.js';
import type { Duration } from './duration.js';
import { NOW } from './now.js';
import type { RulePath, Sql } from './rule.js';
import type { Comparison } from './comparison.js';

/** A date (its first instant in the workspace's time zone) or an instant, compared with the present. */
interface Kind {
  /** To follow the name of a value. */
  words: string;
  /** Whether it is so, for an instant that is known. */
  holds(instant: Sql, duration: Sql): Sql;
  /** The instants at which the answer may change, whether they are past or ahead. */
  turns(instant: Sql, duration: Sql): Sql[];
}

const PRESENT = sql`${NOW}::timestamptz`;

/**
 * Each ends where another begins: at its own instant a date goes from "within the next" to "within the last", and a
 * duration later to "more than ago".
 */
const KINDS: Readonly<Record<string, Kind>> = {
  withinNext: {
    words: 'is within the next',
    holds: (instant, duration) => sql`${instant} > ${PRESENT} and ${instant} <= ${PRESENT} + ${duration}`,
    turns: (instant, duration) => [sql`${instant} - ${duration}`, instant],
  },
  withinLast: {
    words: 'is within the last',
    holds: (instant, duration) => sql`${instant} <= ${PRESENT} and ${instant} > ${PRESENT} - ${duration}`,
    turns: (instant, duration) => [instant, sql`${instant} + ${duration}`],
  },
  moreThanAgo: {
    words: 'was at least',
    holds: (instant, duration) => sql`${instant} <= ${PRESENT} - ${duration}`,
    turns: (instant, duration) => [sql`${instant} + ${duration}`],
  },
  moreThanAhead: {
    words: 'is more than',
    holds: (instant, duration) => sql`${instant} > ${PRESENT} + ${duration}`,
    turns: (instant, duration) => [sql`${instant} - ${duration}`],
  },
};

const AFTERWARDS: Readonly<Record<string, string>> = { moreThanAgo: ' ago', moreThanAhead: ' ahead' };

type Parse = (operand: unknown, path: RulePath, timeZone: string) => Comparison;

/** By their field in ComparisonInput. @throws OnefoldError RULE_INVALID */
export const RELATIVE_DATES: Readonly<Record<string, Parse>> = {
  ...Object.fromEntries(Object.entries(KINDS).map(([name, kind]) => [name, relative(name, kind)])),
  anniversaryWithinNext: (operand, path, timeZone) => anniversary(parseDuration(operand, path), timeZone),
};

function relative(name: string, kind: Kind): Parse {
  return (operand, path, timeZone) => {
    const duration = parseDuration(operand, path);
    const instantOf = (value: Sql) => sql`onefold_instant(${value}, ${timeZone}::text)`;
    return {
      compile: (value) => sql`coalesce(${kind.holds(instantOf(value), interval(duration))}, false)`,
      nextChange: (value) => firstAhead(kind.turns(instantOf(value), interval(duration))),
      describe: () => `${kind.words} ${duration.describe()}${AFTERWARDS[name] ?? ''}`,
    };
  };
}

/** The day itself counts until it ends. */
function anniversary(duration: Duration, timeZone: string): Comparison {
  const day = (value: Sql) => sql`onefold_anniversary(${value}, ${timeZone}::text, ${PRESENT})`;
  const start = (value: Sql) => sql`(${day(value)}::timestamp at time zone ${timeZone}::text)`;
  const end = (value: Sql) => sql`((${day(value)} + 1)::timestamp at time zone ${timeZone}::text)`;
  return {
    compile: (value) => sql`coalesce(${start(value)} <= ${PRESENT} + ${interval(duration)}, false)`,
    nextChange: (value) => firstAhead([sql`${start(value)} - ${interval(duration)}`, end(value)]),
    describe: () => `has an anniversary within the next ${duration.describe()}`,
  };
}

function firstAhead(instants: readonly Sql[]): Sql {
  return sql`least(${sql.join(instants.map((instant) => sql`case when ${instant} > ${PRESENT} then ${instant} end`))})`;
}
