import { sql } from 'kysely';
import type { Sql } from './rule.js';

/** The earliest of several instants; each may be null in SQL, and absent ones do not count. */
export function earliest(instants: readonly (Sql | null)[]): Sql | null {
  const known = instants.filter((instant) => instant !== null);
  return known.length === 0 ? null : sql`least(${sql.join(known)})`;
}
