import pg from 'pg';
import { ConfigError } from './config.js';
import { migrate } from './platform/index.js';

const OLDEST_VERSION = 15;
const CONNECT_WITHIN_MS = 10_000;

/**
 * Brings the database up to date. @returns the migrations that were applied, oldest first
 * @throws ConfigError with the remedy when the database cannot be used
 */
export async function prepareDatabase(url: string): Promise<string[]> {
  try {
    await requireVersion(url);
    return await migrate(url);
  } catch (error) {
    throw explained(error as Error, url);
  }
}

async function requireVersion(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_WITHIN_MS });
  // A connection that breaks while nothing is asked of it would otherwise end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ server_version: string }>('show server_version');
    const version = rows[0]?.server_version ?? '';
    if (Number.parseInt(version, 10) >= OLDEST_VERSION) return;
    throw new ConfigError(
      `${place(url)} is PostgreSQL ${version}, and Onefold needs ${OLDEST_VERSION} or newer: upgrade it, or set ` +
        'DATABASE_URL to another server.',
    );
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** As PostgreSQL names them: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const REFUSALS: Record<string, string> = {
  '28P01': 'Correct the user or the password in DATABASE_URL.',
  '28000': 'Put a user into DATABASE_URL that may log in there (create role, pg_hba.conf).',
  '3D000': 'Create the database, or correct its name at the end of DATABASE_URL.',
  '42501': 'docs/configuration.md says what the login must be allowed.',
  '53300': 'Close other connections, or raise max_connections there.',
  '57P03': 'Try again in a moment.',
};

const CERTIFICATE = /CERT|SIGNATURE/;

function explained(error: Error, url: string): Error {
  if (error instanceof ConfigError) return error;
  const { code = '' } = error as NodeJS.ErrnoException;
  // A name with several addresses fails with an error for each, and no message of its own.
  const what = (error.message || code).replace(/\.$/, '');
  const remedy = REFUSALS[code] ?? connectionRemedy(code, what);
  return remedy ? new ConfigError(`${place(url)}: ${what}. ${remedy}`, { cause: error }) : error;
}

function connectionRemedy(code: string, what: string): string | undefined {
  if (/password must be a string/.test(what))
    return 'Put the password into DATABASE_URL: postgres://user:password@host:5432/database.';
  if (what.includes('does not support SSL')) return 'Unset PGSSLMODE, or switch TLS on there.';
  if (CERTIFICATE.test(code)) return 'Name the authority of its certificate in NODE_EXTRA_CA_CERTS.';
  // Errors of the network carry a code of Node's, those of the driver none; any other code is PostgreSQL's.
  if (code === '' ? /terminated|timeout/i.test(what) : /^E[A-Z_]+$/.test(code))
    return 'Start PostgreSQL there, or correct DATABASE_URL.';
  return undefined;
}

/** Without the password. */
function place(url: string): string {
  const { host, pathname } = new URL(url);
  return `The database ${host || 'localhost'}${pathname}`;
}
