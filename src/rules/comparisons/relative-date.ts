import { sql } from 'kysely';
import { TIME_ZONE } from '../../access/index.js';
import { MASK } from '../../platform/index.js';
import { interval, parseDuration } from '../duration.js';
import type { Duration } from '../duration.js';
import { MARGIN_MS } from './instant-operand.js';
import { Day, NOW } from '../now.js';
import type { RulePath } from '../rule-path.js';
import type { Sql } from '../sql.js';
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
    const ask = (value: JsonValue, what: Sql) =>
      sql`(select ${what} from (select ${value.instant(timeZone)} as i offset 0) as instant)`;
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
      dependsOn: [TIME_ZONE],
      describe: (isMasked = false) =>
        `${kind.words} ${isMasked ? MASK : duration.describe()}${AFTERWARDS[name] ?? ''}`,
    };
  };
}

const DAY_SECONDS = 86_400;
const MARGIN_SECONDS = MARGIN_MS / 1_000;

/** Whether a value begins with a day that is worth a closer look: texts of dates come in the order of time. */
function nearDays(
  { plain, isInstant }: JsonValue,
  { first, last }: { first: number | null; last: number | null },
): Sql {
  if (isInstant) return sql`true`;
  const day = sql`${plain} collate "C"`;
  const bounds = [
    ...(first === null ? [] : [sql`${day} >= ${new Day(-(first - MARGIN_SECONDS))}::text`]),
    ...(last === null ? [] : [sql`${day} < ${new Day(-(last + MARGIN_SECONDS))}::text`]),
  ];
  return sql.join(bounds, sql` and `);
}

/** The day itself counts until it ends. */
function anniversary(duration: Duration, timeZone: string): Comparison {
  const [today, last] = [new Day(0, timeZone), new Day(-duration.seconds, timeZone)];
  const ask = ({ plain }: JsonValue, what: Sql) =>
    sql`(select ${what} from (
      select onefold_anniversary(day, ${today}::text) as day from (
        select onefold_day(t, ${timeZone}::text) as day from (select ${plain} as t offset 0) as read offset 0
      ) as first offset 0
    ) as anniversary)`;
  const startOf = (day: Sql) => sql`onefold_day_start(${day}, ${timeZone}::text)`;
  const turn = sql`(select case when begins > ${PRESENT} then begins
      else ${startOf(sql`day::timestamp + interval '1 day'`)} end
    from (select ${startOf(sql`day::timestamp`)} - ${interval(duration)} as begins offset 0) as turn)`;
  return {
    holds: (value) =>
      sql`(${nearMonthDays(value, duration)} and ${ask(value, sql`day collate "C" <= ${last}::text`)})`,
    nextChange: (value) => ask(value, turn),
    dependsOn: [TIME_ZONE],
    describe: (isMasked = false) =>
      `has an anniversary within the next ${isMasked ? MASK : duration.describe()}`,
  };
}

/** In which the days of a year that are worth a closer look are not all of them. */
const MOST_SECONDS = 360 * DAY_SECONDS;

/** Whether a value has a day of the year that is worth a closer look. */
function nearMonthDays({ plain }: JsonValue, { seconds }: Duration): Sql {
  if (seconds > MOST_SECONDS) return sql`true`;
  const monthDay = (day: Sql) =>
    sql`substr(${day}, ${sql.lit('yyyy-m'.length)}, ${sql.lit('mm-dd'.length)}) collate "C"`;
  const [from, to] = [new Day(MARGIN_SECONDS), new Day(-(seconds + MARGIN_SECONDS))];
  const [since, until] = [
    sql`${monthDay(plain)} >= ${monthDay(sql`${from}::text`)}`,
    sql`${monthDay(plain)} <= ${monthDay(sql`${to}::text`)}`,
  ];
  return sql`case when ${monthDay(sql`${from}::text`)} <= ${monthDay(sql`${to}::text`)}
    then ${since} and ${until} else ${since} or ${until} end`;
}

function firstAhead(instants: readonly Sql[]): Sql {
  return sql`least(${sql.join(instants.map((instant) => sql`case when ${instant} > ${PRESENT} then ${instant} end`))})`;
}
