import { sql } from 'kysely';
import { MASK } from '../../platform/index.js';
import { interval, parseDuration } from './duration.js';
import type { Duration } from './duration.js';
import { Day, NOW } from './now.js';
import type { RulePath, Sql } from './rule.js';
import type { Comparison } from './comparison.js';
import type { JsonValue } from './json-value.js';

/** A date (its first instant in the workspace's time zone) or an instant `i`, compared with the present. */
interface Kind {
  /** To follow the name of a value. */
  words: string;
  /** Whether it is so, for an instant that is known. */
  holds(duration: Sql): Sql;
  /** Before and after what it is so for none, in seconds from now; null = no bound. */
  between(seconds: number): { first: number | null; last: number | null };
  /** The instants at which the answer may change, whether they are past or ahead. */
  turns(duration: Sql): Sql[];
}

/** What rules with dates depend on. */
export const TIME_ZONE = 'timeZone';

const PRESENT = sql`${NOW}::timestamptz`;
const INSTANT = sql`i`;

/**
 * Each ends where another begins: at its own instant a date goes from "within the next" to "within the last", and a
 * duration later to "more than ago".
 */
const KINDS: Readonly<Record<string, Kind>> = {
  withinNext: {
    words: 'is within the next',
    holds: (duration) => sql`i > ${PRESENT} and i <= ${PRESENT} + ${duration}`,
    between: (seconds) => ({ first: 0, last: seconds }),
    turns: (duration) => [sql`i - ${duration}`, INSTANT],
  },
  withinLast: {
    words: 'is within the last',
    holds: (duration) => sql`i <= ${PRESENT} and i > ${PRESENT} - ${duration}`,
    between: (seconds) => ({ first: -seconds, last: 0 }),
    turns: (duration) => [INSTANT, sql`i + ${duration}`],
  },
  moreThanAgo: {
    words: 'was at least',
    holds: (duration) => sql`i <= ${PRESENT} - ${duration}`,
    between: (seconds) => ({ first: null, last: -seconds }),
    turns: (duration) => [sql`i + ${duration}`],
  },
  moreThanAhead: {
    words: 'is more than',
    holds: (duration) => sql`i > ${PRESENT} + ${duration}`,
    between: (seconds) => ({ first: seconds, last: null }),
    turns: (duration) => [sql`i - ${duration}`],
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
    // Read off the text once, however often it is compared: that is what takes long.
    const ask = ({ plain }: JsonValue, what: Sql) =>
      sql`(select ${what} from (
        select onefold_instant(t, ${timeZone}::text) as i from (select ${plain} as t offset 0) as read offset 0
      ) as instant)`;
    return {
      holds: (value) => {
        const near = nearDays(value, kind.between(duration.seconds));
        return sql`(${near} and ${ask(value, kind.holds(interval(duration)))})`;
      },
      nextChange: (value) => {
        // What is longer ago turns no more.
        const near = nearDays(value, { first: -duration.seconds, last: null });
        return sql`case when ${near} then ${ask(value, firstAhead(kind.turns(interval(duration))))} end`;
      },
      describe: (isMasked = false) =>
        `${kind.words} ${isMasked ? MASK : duration.describe()}${AFTERWARDS[name] ?? ''}`,
    };
  };
}

const DAY_SECONDS = 86_400;
/** Clocks are less than a day apart, so in whatever zone an instant is written its day is off by one at most. */
const MARGIN_SECONDS = 2 * DAY_SECONDS;

/** Whether the text of a value begins with a day that is worth a closer look: texts of dates come in the order of time. */
function nearDays({ text }: JsonValue, { first, last }: { first: number | null; last: number | null }): Sql {
  const day = sql`${text} collate "C"`;
  const bounds = [
    ...(first === null ? [] : [sql`${day} >= ${new Day(-(first - MARGIN_SECONDS))}::text`]),
    ...(last === null ? [] : [sql`${day} < ${new Day(-(last + MARGIN_SECONDS))}::text`]),
  ];
  return sql.join(bounds, sql` and `);
}

/** The day itself counts until it ends. */
function anniversary(duration: Duration, timeZone: string): Comparison {
  const day = ({ json }: JsonValue) => sql`onefold_anniversary(${json}, ${timeZone}::text, ${PRESENT})`;
  const start = (value: JsonValue) => sql`(${day(value)}::timestamp at time zone ${timeZone}::text)`;
  const end = (value: JsonValue) => sql`((${day(value)} + 1)::timestamp at time zone ${timeZone}::text)`;
  return {
    holds: (value) => sql`${start(value)} <= ${PRESENT} + ${interval(duration)}`,
    nextChange: (value) => firstAhead([sql`${start(value)} - ${interval(duration)}`, end(value)]),
    describe: (isMasked = false) =>
      `has an anniversary within the next ${isMasked ? MASK : duration.describe()}`,
  };
}

function firstAhead(instants: readonly Sql[]): Sql {
  return sql`least(${sql.join(instants.map((instant) => sql`case when ${instant} > ${PRESENT} then ${instant} end`))})`;
}
