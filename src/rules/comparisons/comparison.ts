import { sql } from 'kysely';
import type { DependencyName } from '../../definitions/index.js';
import type { JsonValue } from './json-value.js';
import type { Sql } from '../sql.js';

/** A comparison of a JSON value (of an attribute, of a property of an event) with what a rule wants. */
export interface Comparison {
  /** True where it holds. Where it does not, false or null: to `where` and `filter` that is one. Elsewhere see `orFalse`. */
  holds(value: JsonValue): Sql;
  /** The next instant at which time alone may change the answer, null in SQL when it never does. Absent = never for any value. */
  nextChange?: (value: JsonValue) => Sql;
  /** The values that it holds for, and for no others; absent = they cannot be listed. */
  among?: readonly unknown[];
  /** What else than the value it looks at. */
  dependsOn?: readonly DependencyName[];
  /** In plain English, to follow the name of the value: `is more than 100`. @param isMasked whether what is wanted is hidden */
  describe(isMasked?: boolean): string;
}

/** The same answer, never null. */
export function orFalse(condition: Sql): Sql {
  return sql`coalesce(${condition}, false)`;
}
