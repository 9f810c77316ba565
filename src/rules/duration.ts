import { sql } from 'kysely';
import { invalid } from './invalid.js';
import type { RulePath } from './rule-path.js';
import type { Sql } from './sql.js';

/** A stretch of time. A day has 24 hours, whatever the clocks of a country do. */
export interface Duration {
  seconds: number;
  describe(): string;
}

const UNITS = [
  ['days', 86_400],
  ['hours', 3_600],
  ['minutes', 60],
] as const;
const MAX_SECONDS = 100 * 366 * 86_400;

/** @throws OnefoldError RULE_INVALID unless it comes to more than nothing and at most 100 years */
export function parseDuration(input: unknown, path: RulePath): Duration {
  const given = (input ?? {}) as Record<string, unknown>;
  const parts = UNITS.map(([unit, seconds]) => ({ unit, amount: Number(given[unit] ?? 0), seconds }));
  const total = parts.reduce((sum, part) => sum + part.amount * part.seconds, 0);
  if (
    parts.some((part) => !Number.isInteger(part.amount) || part.amount < 0) ||
    total <= 0 ||
    total > MAX_SECONDS
  ) {
    throw invalid(
      path,
      'A duration is made of whole days, hours and minutes, is longer than nothing and at most 100 years.',
    );
  }
  return {
    seconds: total,
    describe: () =>
      parts
        .filter((part) => part.amount > 0)
        .map(({ amount, unit }) => `${amount} ${amount === 1 ? unit.slice(0, -1) : unit}`)
        .join(' '),
  };
}

export function interval(duration: Duration): Sql {
  return sql`make_interval(secs => ${sql.lit(duration.seconds)}::float8)`;
}
