import { sql } from 'kysely';
import { MASK } from '../platform/index.js';
import type { Privacy } from '../profiles/index.js';
import type { Sql } from './sql.js';

/** What a person sees of a long list. */
const MAX_SEEN = 100;

/** A list of what was found, as jsonb: the first 100 in order, none is `[]`. @param found a select of `one` */
export function seenList(found: Sql): Sql {
  return sql`coalesce((
    select jsonb_agg(one order by one) from (select one from (${found}) found order by one limit ${sql.lit(MAX_SEEN)}) seen
  ), '[]')`;
}

/** How a list is hidden whose elements are personal: that there are some, and how many, shows. @param mask of an element */
export function maskingEach(mask: (one: unknown) => unknown = () => MASK): Privacy {
  return { isPersonal: true, mask: (list) => (Array.isArray(list) ? list.map(mask) : list) };
}
