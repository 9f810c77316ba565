import { sql } from 'kysely';
import { interval, parseDuration } from '../duration.js';
import type { EventFigure } from './event-passes.js';
import type { OfEvent } from './event-row.js';
import { invalid } from '../invalid.js';
import { Moment, NOW } from '../now.js';
import type { RulePath } from '../rule-path.js';

/** An event that is dated ahead counts from its instant on. */
export const HAS_BEGUN: OfEvent = ({ occurredAt }) => sql`${occurredAt} <= ${NOW}::timestamptz`;

/** When events must have happened to count. */
export interface Period {
  conditions: readonly OfEvent[];
  words: readonly string[];
  /** No event before it counts, and none from `to` on. */
  from: Moment | Date | null;
  to: Date | null;
  /** When time alone next changes which events with these conditions count. Null = never. */
  nextChange: ((conditions: readonly OfEvent[]) => Omit<EventFigure, 'type'>) | null;
  /** When the next of the events with these conditions that are dated ahead begins to count. */
  begins: (conditions: readonly OfEvent[]) => Omit<EventFigure, 'type'>;
}

interface PeriodInput {
  withinLast?: unknown;
  from?: unknown;
  to?: unknown;
}

// PostgreSQL has no year 0, and nothing was bought before it.
const EARLIEST = new Date('0001-01-01T00:00:00Z');
const LATEST = new Date('9999-12-31T23:59:59Z');

/** @throws OnefoldError RULE_INVALID with the path of the offending place */
export function parsePeriod(input: PeriodInput, path: RulePath): Period {
  const conditions: OfEvent[] = [];
  const words: string[] = [];
  const from = parseInstant(input.from, [...path, 'from']);
  const to = parseInstant(input.to, [...path, 'to']);
  if (from && to && from >= to) throw invalid([...path, 'to'], '`to` must be later than `from`.');
  if (from) {
    conditions.push(({ occurredAt }) => sql`${occurredAt} >= ${from}::timestamptz`);
    words.push(`since ${from.toISOString()}`);
  }
  if (to) {
    conditions.push(({ occurredAt }) => sql`${occurredAt} < ${to}::timestamptz`);
    words.push(`before ${to.toISOString()}`);
  }
  const begins: Period['begins'] = (properties) => ({
    conditions: [...conditions, ...properties, ({ occurredAt }) => sql`${occurredAt} > ${NOW}::timestamptz`],
    since: sql`${NOW}::timestamptz`,
    figure: ({ occurredAt }) => sql`min(${occurredAt})`,
  });
  if (input.withinLast === undefined || input.withinLast === null) {
    return { conditions: [...conditions, HAS_BEGUN], words, from, to, nextChange: null, begins };
  }
  const window = parseDuration(input.withinLast, [...path, 'withinLast']);
  const start = new Moment(window.seconds);
  const since = sql`${start}::timestamptz`;
  const inside: OfEvent[] = [...conditions, ({ occurredAt }) => sql`${occurredAt} > ${since}`];
  return {
    conditions: [...inside, HAS_BEGUN],
    words: [...words, `within the last ${window.describe()}`],
    from: start,
    to,
    // The next event to slip out of the window, or (events may be dated up to a day ahead) to slip into it.
    nextChange: (properties) => ({
      conditions: [...inside, ...properties],
      since,
      figure: ({ occurredAt }) =>
        sql`min(case when ${occurredAt} > ${NOW}::timestamptz then ${occurredAt} else ${occurredAt} + ${interval(window)} end)`,
    }),
    begins,
  };
}

function parseInstant(input: unknown, path: RulePath): Date | null {
  if (input === undefined || input === null) return null;
  const instant = new Date(input as string);
  if (Number.isNaN(instant.getTime()) || instant < EARLIEST || instant > LATEST)
    throw invalid(path, 'An instant such as 2026-01-31T12:00:00Z is expected here.');
  return instant;
}
