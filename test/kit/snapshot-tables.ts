import { eventually } from './seed.js';
import type { TestServer } from './start-server.js';
import { asAdmin } from './test-database.js';

/**
 * Every row of every table, of all workspaces, in an order of its own: two of these are equal when nothing changed.
 * First it waits for the looks that are due by the server's clock: they are taken in the background.
 * @param except tables to leave out, such as the quarantine, where items that were refused are kept
 */
export async function snapshotTables(
  server: Pick<TestServer, 'databaseUrl' | 'clock'>,
  { except = [] }: { except?: readonly string[] } = {},
): Promise<Record<string, unknown[]>> {
  return asAdmin(server.databaseUrl, async (client) => {
    await eventually('no recheck is due', async () => {
      const due = await client.query('select from recheck where due_at <= $1 limit 1', [server.clock.now()]);
      return due.rowCount === 0;
    });
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
