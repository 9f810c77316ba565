import { fileURLToPath } from 'node:url';
import { Migrator } from '@mikro-orm/migrations';
import { MikroORM, PostgreSqlDriver } from '@mikro-orm/postgresql';
import pg from 'pg';
import { OnefoldError } from './errors.js';
import { LOCK_NOT_AVAILABLE, sqlState } from './passing-failure.js';
import { MIGRATION_SETTINGS, startupOptions } from './session-limits.js';

/** Any fixed number: servers that start together migrate one after the other. */
const MIGRATION_LOCK = 7_301_001;

/** Another server that migrates may take its time, but one that has frozen must not be waited for for ever. */
const WAIT_FOR_OTHERS = [...MIGRATION_SETTINGS, 'lock_timeout=10min'];

/**
 * Brings the schema up to date. A statement that cannot have its table within seconds fails, and with it the start:
 * while it waits, everybody who wants that table waits behind it.
 * @param url of a login that owns the schema (or may create it) and may create roles.
 * @returns the names of the migrations that were applied, oldest first.
 */
export async function migrate(url: string): Promise<string[]> {
  const guard = new pg.Client({ connectionString: url, options: startupOptions(WAIT_FOR_OTHERS) });
  await guard.connect();
  try {
    await guard.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    return await applyPending(url);
  } catch (cause) {
    if (sqlState(cause) !== LOCK_NOT_AVAILABLE) throw cause;
    throw new OnefoldError('UNAVAILABLE', {
      message:
        'The database cannot be brought up to date: another session keeps a lock. Look for a transaction that stands open (pg_stat_activity), then start again.',
      cause,
    });
  } finally {
    await guard.end();
  }
}

async function applyPending(url: string): Promise<string[]> {
  const orm = await MikroORM.init({
    driver: PostgreSqlDriver,
    clientUrl: url,
    driverOptions: { connectionString: url, options: startupOptions(MIGRATION_SETTINGS) },
    entities: [],
    discovery: { warnWhenNoEntities: false },
    extensions: [Migrator],
    logger: () => undefined,
    migrations: {
      path: fileURLToPath(new URL('../../migrations', import.meta.url)),
      glob: '*.js',
      snapshot: false,
      disableForeignKeys: false,
    },
  });
  try {
    const applied = await orm.migrator.up();
    return applied.map((migration) => migration.name);
  } finally {
    await orm.close();
  }
}
