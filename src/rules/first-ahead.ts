import { sql } from 'kysely';
import { NOW } from './now.js';
import type { Sql } from './sql.js';

/**
 * When the next of what is told of the person in row `p`, but dated ahead, begins to count; null = there is none.
 * @param tells a condition over a row `a` of `item_ahead`: whether it tells what a predicate looks at
 */
export function firstAhead(tells: Sql): Sql {
  return sql`(
    select min(a.at) from item_ahead a
    where a.shard = p.shard and a.profile_id = p.id and a.at > ${NOW}::timestamptz and ${tells}
  )`;
}
