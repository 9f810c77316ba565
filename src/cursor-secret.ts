import type { Database } from './platform/index.js';

/** The secret that seals the cursors of this installation, the same for all its servers. */
export async function cursorSecret(database: Database): Promise<string> {
  const [row] = await database.transaction(0, (tx) =>
    tx.query<{ secret: string }>('select cursor_secret as secret from installation'),
  );
  if (!row) throw new Error('The table "installation" is empty. Restore it with the rest of the database.');
  return row.secret;
}
