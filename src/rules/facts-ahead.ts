import { sql } from 'kysely';
import { NOW } from './now.js';
import type { Sql } from './sql.js';

/** When what is told of an attribute for an instant ahead begins to count for the person in row `p`. */
export function attributeBegins(key: string): Sql {
  return firstAhead(sql`a.facts -> 'attributes' ? ${key}::text`);
}

/** Likewise of labels. */
export function labelsBegin(kind: string, labels: readonly string[]): Sql {
  return firstAhead(sql`exists (
    select from jsonb_array_elements(a.facts -> 'labels') l
    where l ->> 'kind' = ${kind}::text and l ->> 'label' = any(${labels}::text[])
  )`);
}

/** Likewise of channels. */
export function channelBegins(type: string): Sql {
  return firstAhead(sql`a.facts -> 'channels' @> ${JSON.stringify([{ type }])}::jsonb`);
}

/** When an identifier that is told to be verified later begins to count as validated. @param value null = any */
export function validationBegins(namespace: string, value: string | null): Sql {
  const identifier = { namespace, ...(value !== null && { value }) };
  return firstAhead(sql`a.facts -> 'verifications' @> ${JSON.stringify([{ identifier }])}::jsonb`);
}

function firstAhead(tells: Sql): Sql {
  return sql`(
    select min(a.at) from item_ahead a
    where a.shard = p.shard and a.profile_id = p.id and a.at > ${NOW}::timestamptz and ${tells}
  )`;
}
