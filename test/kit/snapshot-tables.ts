import type { TestServer } from './start-server.js';
import { asAdmin } from './test-database.js';

/**
 * Every row of every table, of all workspaces, in an order of its own: two of these are equal when nothing changed.
 * @param except tables to leave out, such as the quarantine, where items that were refused are kept
 */
export async function snapshotTables(
  server: Pick<TestServer, 'databaseUrl'>,
  { except = [] }: { except?: readonly string[] } = {},
): Promise<Record<string, unknown[]>> {
  return asAdmin(server.databaseUrl, async (client) => {
    const { rows: tables } = await client.query<{ name: string }>(
      `select c.relname as name from pg_class c
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition order by 1`,
    );
    const snapshot: Record<string, unknown[]> = {};
    for (const { name } of tables.filter((table) => !except.includes(table.name))) {
      const { rows } = await client.query<{ row: unknown }>(
        `select to_jsonb(t) as row from ${client.escapeIdentifier(name)} t order by to_jsonb(t)::text`,
      );
      snapshot[name] = rows.map(({ row }) => row);
    }
    return snapshot;
  });
}
