import type pg from 'pg';
import type { Log } from '../log.js';
import { openCluster } from './cluster.js';
import { obtainServer } from './obtain-server.js';
import { stopPostmaster } from './postmaster.js';
import { connectionUrl } from './session.js';
import { Supervisor } from './supervisor.js';

export interface EmbeddedPostgresOptions {
  /** Absolute path, e.g. `<project>/.onefold`; created when absent, for its owner alone. */
  directory: string;
  /** More arguments for the server, e.g. `['-c', 'fsync=off']`. A server found running keeps those it has. */
  flags?: string[];
  /** What PostgreSQL itself logs goes to `<directory>/postgres.log`. */
  log?: Pick<Log, 'info' | 'warn'>;
  /** How often to start a server again that has ended by itself and does not stay; about a minute and a half. */
  maxTries?: number;
  /** Told when the last of them has failed: why, and what to do about it. */
  onGivenUp?: (reason: Error) => void;
}

export interface EmbeddedPostgres {
  /** `postgres://onefold:<password>@127.0.0.1:<port>/onefold`; the port is another one at every start. */
  url: string;
  /** Ends all sessions and stops the server. Resolves when it has ended. */
  stop(): Promise<void>;
  /** As `stop`, at once: what is under way breaks off, and the next start recovers from the log. */
  kill(): Promise<void>;
}

const DATABASE = 'onefold';
const READY_WITHIN_MS = 30_000;
const MAX_TRIES = 20;
const SILENT = { info: () => undefined, warn: () => undefined };

/**
 * A private PostgreSQL server in the directory, which is started again when it ends by itself. The server that a
 * killed Onefold left behind is taken over as it runs. Throws when another Onefold uses the directory, which then
 * keeps its server.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { directory, flags = [], log = SILENT } = options;
  const { maxTries = MAX_TRIES, onGivenUp = () => undefined } = options;
  const cluster = await openCluster({ directory, flags, log }).catch(explainAccess(directory));
  const server = await obtainServer(cluster, { readyWithinMs: READY_WITHIN_MS }).catch(
    explainAccess(directory),
  );
  try {
    await ensureDatabase(server.session);
  } catch (error) {
    await stopPostmaster(cluster, server.postmaster);
    throw error;
  }
  const supervisor = new Supervisor(cluster, server, { maxTries, onGivenUp });
  return {
    url: connectionUrl(cluster, server.postmaster, DATABASE),
    stop: () => supervisor.stop(),
    kill: () => supervisor.kill(),
  };
}

async function ensureDatabase(session: pg.Client): Promise<void> {
  const { rowCount } = await session.query('select from pg_database where datname = $1', [DATABASE]);
  if (!rowCount) await session.query(`create database ${DATABASE}`);
}

function explainAccess(directory: string) {
  return (error: NodeJS.ErrnoException): never => {
    if (error.code !== 'EACCES' && error.code !== 'EPERM') throw error;
    throw new Error(
      `${directory} is not ours to use: start Onefold as the user who owns it, or set ONEFOLD_DIR to another ` +
        `folder. (${error.message})`,
      { cause: error },
    );
  };
}
