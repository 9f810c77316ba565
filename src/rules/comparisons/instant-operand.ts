import { sql } from 'kysely';
import { midnightOf, readInstant } from '../../platform/index.js';
import type { JsonValue } from './json-value.js';
import type { Sql } from '../sql.js';

/** A date or an instant that a rule compares values with. */
export interface InstantOperand {
  /** A date as it is: two dates are compared without a zone. Null for an instant. */
  day: string | null;
  /** As `JsonValue.instantText` writes it: of a date its first instant. */
  text: string;
  /** Between which texts the values lie that are as much, in whatever zone they are written. */
  near: readonly [from: string, until: string];
}

const DAY_LETTERS = 'yyyy-mm-dd'.length;
/** Clocks are less than a day apart, so in whatever zone an instant is written its day is off by one at most. */
export const MARGIN_MS = 2 * 86_400_000;
const AFTER_ALL_DAYS = 'a';
const LOWER: readonly string[] = ['>', '>='];

/** @returns null for what is neither. Without a zone of its own it is read in that of the workspace. */
export function instantOperand(operand: unknown, timeZone: string): InstantOperand | null {
  if (typeof operand !== 'string' || operand !== operand.trim()) return null;
  const read = readInstant(operand, { timeZone });
  if ('fault' in read) return null;
  const isDay = operand.length === DAY_LETTERS && midnightOf(operand) !== null;
  const [whole = '', fraction = ''] = read.text.slice(0, -1).split('.');
  const at = read.date.getTime();
  return {
    day: isDay ? operand : null,
    text: `${whole}.${fraction.replace(/0+$/, '')}`,
    near: [dayOf(at - MARGIN_MS), dayOf(at + MARGIN_MS)],
  };
}

/** Whether a value is one of these. */
export function isOneOf(value: JsonValue, wanted: readonly InstantOperand[], timeZone: string): Sql {
  const days = wanted.flatMap(({ day }) => day ?? []);
  const instants = wanted.filter(({ day }) => day === null);
  const text = value.instantText(timeZone);
  const among = (some: readonly InstantOperand[]) =>
    sql`${text} = any(${some.map((one) => one.text)}::text[])`;
  const answers = [
    ...(instants.length > 0 ? [among(instants)] : []),
    ...(days.length > 0
      ? [
          sql`${value.plain} = any(${days}::text[])`,
          sql`(length(${value.plain}) > ${sql.lit(DAY_LETTERS)} and ${among(wanted.filter(({ day }) => day !== null))})`,
        ]
      : []),
  ];
  const is = sql`(${sql.join(answers, sql` or `)})`;
  const from = wanted.map(({ near }) => near[0]).reduce((one, other) => (one < other ? one : other));
  const until = wanted.map(({ near }) => near[1]).reduce((one, other) => (one > other ? one : other));
  if (value.isInstant) return is;
  return sql`(${value.plain} collate "C" >= ${from}::text and ${value.plain} collate "C" < ${until}::text and ${is})`;
}

/** Values that are neither dates nor instants have their place among them as texts. */
export function isOrdered(
  value: JsonValue,
  symbol: '>' | '>=' | '<' | '<=',
  { operand, timeZone }: { operand: InstantOperand; timeZone: string },
): Sql {
  const { day, text, near } = operand;
  const than = (wanted: string) => sql`collate "C" ${sql.raw(symbol)} ${wanted}::text`;
  const instant = value.instantText(timeZone);
  if (value.isInstant) return sql`${instant} ${than(text)}`;
  const asInstant = sql`coalesce(${instant}, ${value.text}) ${than(text)}`;
  const answer =
    day === null
      ? asInstant
      : sql`case when length(${value.plain}) > ${sql.lit(DAY_LETTERS)} then ${asInstant} else ${value.text} ${than(day)} end`;
  const isNear = LOWER.includes(symbol) ? sql`>= ${near[0]}::text` : sql`< ${near[1]}::text`;
  return sql`(${value.plain} collate "C" ${isNear} and ${answer})`;
}

function dayOf(at: number): string {
  const text = new Date(at).toISOString();
  return text.startsWith('+') ? AFTER_ALL_DAYS : text.startsWith('-') ? '' : text.slice(0, DAY_LETTERS);
}
