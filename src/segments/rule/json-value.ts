import { sql } from 'kysely';
import type { Sql } from './rule.js';

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
}

/** A jsonb expression, read where it stands. @param plain if there is a shorter way to its text */
export function jsonValue(json: Sql, plain = sql`(${json} #>> '{}')`): JsonValue {
  return {
    json,
    plain,
    number: sql`(case when jsonb_typeof(${json}) = 'number' then (${json})::numeric end)`,
    text: sql`(case when jsonb_typeof(${json}) = 'string' then ${plain} end)`,
  };
}

/** The same of a numeric expression. */
export function numberValue(number: Sql): JsonValue {
  return { json: sql`to_jsonb(${number})`, number, text: sql`null::text`, plain: sql`(${number})::text` };
}

/** The same of a text. */
export function textValue(text: Sql): JsonValue {
  return { json: sql`to_jsonb(${text})`, number: sql`null::numeric`, text, plain: text };
}
