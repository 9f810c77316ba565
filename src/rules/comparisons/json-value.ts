import { sql } from 'kysely';
import type { Sql } from '../sql.js';

/** A JSON value in a statement, in the forms in which it is compared. */
export interface JsonValue {
  /** As jsonb; SQL null and JSON's null say as little as nothing at all. */
  readonly json: Sql;
  /** As numeric, exactly as it was sent; null for what is no number. */
  readonly number: Sql;
  /** Null for what is no text. */
  readonly text: Sql;
  /** As text whatever it is: the quickest to read, to rule most values out. */
  readonly plain: Sql;
  /** Whether it always is an instant, and needs no reading. */
  readonly isInstant?: true;
  /** As timestamptz, to the microsecond; null for what is neither an instant nor a date. @param timeZone in which dates begin */
  instant(timeZone: string): Sql;
  /** The same as text, to the last digit, such that texts stand in the order of time. */
  instantText(timeZone: string): Sql;
}

/** What is read off a text when it is asked for. */
export function instantIn(text: Sql): Pick<JsonValue, 'instant' | 'instantText'> {
  return {
    instant: (timeZone) => ofText(text, (value) => sql`onefold_instant(${value}, ${timeZone}::text)`),
    instantText: (timeZone) =>
      ofText(text, (value) => sql`onefold_instant_text(${value}, ${timeZone}::text)`),
  };
}

/** Read once, however often a function looks at it. */
function ofText(text: Sql, read: (value: Sql) => Sql): Sql {
  return sql`(select ${read(sql`t`)} from (select ${text} as t offset 0) as read)`;
}

/** A jsonb expression, read where it stands. @param plain if there is a shorter way to its text */
export function jsonValue(json: Sql, plain = sql`(${json} #>> '{}')`): JsonValue {
  return {
    json,
    plain,
    number: sql`(case when jsonb_typeof(${json}) = 'number' then (${json})::numeric end)`,
    text: sql`(case when jsonb_typeof(${json}) = 'string' then ${plain} end)`,
    ...instantIn(plain),
  };
}

/** The same of a numeric expression. */
export function numberValue(number: Sql): JsonValue {
  const plain = sql`(${number})::text`;
  return { ...NO_INSTANT, json: sql`to_jsonb(${number})`, number, text: sql`null::text`, plain };
}

/** The same of an instant: a text, to milliseconds. */
export function instantValue(instant: Sql): JsonValue {
  const written = (format: string) => sql`to_char(${instant} at time zone 'UTC', ${sql.lit(format)})`;
  const text = written('YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
  return {
    json: sql`to_jsonb(${text})`,
    number: sql`null::numeric`,
    text,
    plain: text,
    isInstant: true,
    instant: () => instant,
    instantText: () => sql`rtrim(${written('YYYY-MM-DD"T"HH24:MI:SS.US')}, '0')`,
  };
}

const NO_INSTANT = { instant: () => sql`null::timestamptz`, instantText: () => sql`null::text` };
