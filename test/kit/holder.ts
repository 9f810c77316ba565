import pg from 'pg';
import { atEnd } from './at-end.js';
import { eventually } from './seed.js';
import type { TestServer } from './start-server.js';

/** A session of the administrator that keeps a lock, as a server does that has frozen; no limit of ours ends it. */
export interface Holder {
  /** Resolves when a session waits for a lock. */
  untilSomebodyWaits(): Promise<void>;
  letGo(): Promise<void>;
  commit(): Promise<void>;
}

/** Begins a transaction that has run this statement, and nothing after it. */
export async function hold(
  { databaseUrl }: Pick<TestServer, 'databaseUrl'>,
  statement: string,
  values: readonly unknown[] = [],
): Promise<Holder> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  atEnd(() => client.end());
  await client.query('begin');
  await client.query(statement, [...values]);
  return {
    untilSomebodyWaits: () =>
      eventually('somebody waits for a lock', async () => {
        // Within a transaction the first look would stand for all.
        await client.query('select pg_stat_clear_snapshot()');
        const { rowCount } = await client.query(
          `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
        );
        return rowCount !== 0;
      }),
    letGo: async () => void (await client.query('rollback')),
    commit: async () => void (await client.query('commit')),
  };
}
