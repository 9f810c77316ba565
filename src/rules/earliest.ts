import { sql } from 'kysely';
import type { Sql } from './sql.js';

/** The earliest of several instants; each may be null in SQL, and absent ones do not count. */
export function earliest(instants: readonly [Sql, ...(Sql | null)[]]): Sql;
export function earliest(instants: readonly (Sql | null)[]): Sql | null;
export function earliest(instants: readonly (Sql | null)[]): Sql | null {
  const known = instants.filter((instant) => instant !== null);
  const [only] = known;
  if (!only || known.length === 1) return only ?? null;
  return sql`least(${sql.join(known)})`;
}
