import { sql } from 'kysely';
import type { EventFigure } from '../event-passes.js';
import { parseComparison } from '../comparison.js';
import { interval, parseDuration } from '../duration.js';
import { invalid, onlyField } from '../invalid.js';
import { NOW } from '../now.js';
import type { PredicateKind, RulePath, Sql } from '../rule.js';

interface EventInput {
  type?: unknown;
  where?: unknown;
  withinLast?: unknown;
  from?: unknown;
  to?: unknown;
  count?: unknown;
}

/** Which events count: conditions over one row `e` of `event`, and how they read in English. */
interface Selection {
  conditions: Sql[];
  words: string[];
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
    const type = given.type;
    const properties = parseProperties(given.where, [...path, 'where'], (property) =>
      context.isKeptBack?.(type, property),
    );
    const period = parsePeriod(given, path);
    const count = parseCount(given.count, [...path, 'count']);
    const { conditions } = properties;
    return {
      compile: (passes) =>
        count.compile(
          passes.figure({
            type,
            conditions: [...conditions, ...period.conditions],
            since: period.since,
            figure: sql`count(*)`,
          }),
        ),
      nextChange: (passes) => period.nextChange && passes.figure({ type, ...period.nextChange(conditions) }),
      dependsOn: () => [`event:${type}`],
      describe: () =>
        ['have', count.words, `of type ${type}`, ...properties.words, ...period.words].join(' '),
    };
  },
};

function parseProperties(
  input: unknown,
  path: RulePath,
  isKeptBack: (property: string) => boolean | undefined,
): Selection {
  const given = (input ?? []) as { path?: unknown; is?: unknown }[];
  if (given.length > MAX_CONDITIONS)
    throw invalid(path, `At most ${MAX_CONDITIONS} conditions are allowed here.`);
  const parsed = given.map((condition, index) => {
    const here = [...path, String(index)];
    if (typeof condition.path !== 'string' || condition.path === '')
      throw invalid([...here, 'path'], 'The path of a property is expected here.');
    const steps = condition.path.split('.');
    if (isKeptBack(steps[0] ?? ''))
      throw invalid([...here, 'path'], 'The contract of the event keeps this property from segments.');
    const comparison = parseComparison(condition.is, [...here, 'is']);
    // JSON's null says as little as nothing at all.
    const value = sql`nullif(e.properties #> ${steps}::text[], 'null')`;
    return {
      condition: comparison.compile(value),
      words: `${index === 0 ? 'where' : 'and'} ${condition.path} ${comparison.describe()}`,
    };
  });
  return { conditions: parsed.map((one) => one.condition), words: parsed.map((one) => one.words) };
}

interface Period extends Selection {
  since: Sql | null;
  nextChange: ((conditions: readonly Sql[]) => Omit<EventFigure, 'type'>) | null;
}

function parsePeriod(input: EventInput, path: RulePath): Period {
  const conditions: Sql[] = [];
  const words: string[] = [];
  const from = parseInstant(input.from, [...path, 'from']);
  const to = parseInstant(input.to, [...path, 'to']);
  if (from && to && from >= to) throw invalid([...path, 'to'], '`to` must be later than `from`.');
  if (from) {
    conditions.push(sql`e.occurred_at >= ${from}::timestamptz`);
    words.push(`since ${from}`);
  }
  if (to) {
    conditions.push(sql`e.occurred_at < ${to}::timestamptz`);
    words.push(`before ${to}`);
  }
  if (input.withinLast === undefined || input.withinLast === null) {
    return { conditions, words, since: from ? sql`${from}::timestamptz` : null, nextChange: null };
  }
  const window = parseDuration(input.withinLast, [...path, 'withinLast']);
  // Reckoned once a statement, not once an event.
  const since = sql`(select ${NOW}::timestamptz - ${interval(window)})`;
  const inside = [...conditions, sql`e.occurred_at > ${since}`];
  return {
    conditions: [...inside, sql`e.occurred_at <= ${NOW}::timestamptz`],
    words: [...words, `within the last ${window.describe()}`],
    since,
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

function parseInstant(input: unknown, path: RulePath): string | null {
  if (input === undefined || input === null) return null;
  const instant = new Date(input as string);
  // PostgreSQL has no year 0, and nothing was bought before it.
  if (Number.isNaN(instant.getTime()) || instant < EARLIEST || instant > LATEST)
    throw invalid(path, 'An instant such as 2026-01-31T12:00:00Z is expected here.');
  return instant.toISOString();
}
