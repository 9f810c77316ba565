import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { openCluster } from './cluster.js';
import type { Cluster } from './cluster.js';
import { findPostmaster, launchPostmaster, stopPostmaster } from './postmaster.js';
import type { Postmaster } from './postmaster.js';
import { claimOwnership, close, connectionUrl, connectWhenReady, keepOwnership } from './session.js';
import type { Ownership } from './session.js';

export interface EmbeddedPostgresOptions {
  /** Absolute path, e.g. `<project>/.onefold`; created when absent, for its owner alone. */
  directory: string;
  /** More arguments for the server, e.g. `['-c', 'fsync=off']`. A server found running keeps those it has. */
  flags?: string[];
  /** Progress, for people. What PostgreSQL itself logs goes to `<directory>/postgres.log`. */
  onLog?: (line: string) => void;
}

export interface EmbeddedPostgres {
  /** `postgres://onefold:<password>@127.0.0.1:<port>/onefold`; the port is another one at every start. */
  url: string;
  /** Ends all sessions and stops the server. Resolves when it has ended. */
  stop(): Promise<void>;
}

interface Attempt {
  postmaster: Postmaster;
  /** Absent when the server ended instead of accepting us. */
  session?: pg.Client;
}

const DATABASE = 'onefold';
const READY_WITHIN_MS = 30_000;
const PASSING_FAILURE = /lock file .* (already exists|is empty)|Address already in use|is still in use/;

/**
 * A private PostgreSQL server in the directory. The server that a killed Onefold left behind is taken over as it
 * runs. Throws when another Onefold uses the directory, which then keeps its server.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { directory, flags = [], onLog = () => undefined } = options;
  const cluster = await openCluster({ directory, flags, onLog }).catch(explainAccess(directory));
  const { postmaster, session } = await obtainServer(cluster).catch(explainAccess(directory));
  try {
    await ensureDatabase(session);
  } catch (error) {
    await stopPostmaster(cluster, postmaster);
    throw error;
  }
  const ownership = keepOwnership(cluster, postmaster, session);
  let stopping: Promise<void> | undefined;
  return {
    url: connectionUrl(cluster, postmaster, DATABASE),
    stop: () => (stopping ??= stopOwned(cluster, postmaster, ownership)),
  };
}

/** Keeps the lock until the server has ended: a Onefold that starts meanwhile must wait, not get this server. */
async function stopOwned(cluster: Cluster, postmaster: Postmaster, ownership: Ownership): Promise<void> {
  try {
    if (ownership.isOurs()) await stopPostmaster(cluster, postmaster);
  } finally {
    ownership.release();
  }
}

async function obtainServer(cluster: Cluster): Promise<Required<Attempt>> {
  const deadline = Date.now() + READY_WITHIN_MS;
  for (;;) {
    const { postmaster, session } = await attempt(cluster, deadline);
    const owned = session && (await claimOwnership(session));
    if (owned) {
      if (!postmaster.logged) cluster.onLog('Took over PostgreSQL from a Onefold that did not stop it');
      return { postmaster, session };
    }
    if (session) await close(session);
    if (owned === false) throw anotherOnefold(cluster);
    if (Date.now() > deadline || !(await mayPass(postmaster, session)))
      throw await startFailure(cluster, postmaster);
    await sleep(100);
  }
}

async function attempt(cluster: Cluster, deadline: number): Promise<Attempt> {
  const running = await findPostmaster(cluster);
  const postmaster = running ?? (await launchPostmaster(cluster));
  try {
    return { postmaster, session: await connectWhenReady(cluster, postmaster, deadline) };
  } catch (error) {
    // At the deadline it may still be recovering, and goes on with it: the next start finds it further along.
    if (!running && Date.now() < deadline) await stopPostmaster(cluster, postmaster);
    throw error;
  }
}

/** Two processes at once, a port that was snatched, a server just ending: the next attempt finds another state. */
async function mayPass(postmaster: Postmaster, session: pg.Client | undefined): Promise<boolean> {
  return session !== undefined || !postmaster.logged || PASSING_FAILURE.test(await postmaster.logged());
}

async function startFailure({ dataFolder, logFile }: Cluster, postmaster: Postmaster): Promise<Error> {
  const logged = (await postmaster.logged?.()) ?? '';
  return new Error(
    `PostgreSQL did not start in ${dataFolder}. Mend what it says below (all of it: ${logFile}), or set ` +
      `DATABASE_URL.\n${logged.split('\n').slice(-20).join('\n')}`,
  );
}

async function ensureDatabase(session: pg.Client): Promise<void> {
  const { rowCount } = await session.query('select from pg_database where datname = $1', [DATABASE]);
  if (!rowCount) await session.query(`create database ${DATABASE}`);
}

function anotherOnefold({ directory }: Cluster): Error {
  return new Error(
    `Another Onefold is running in ${directory}. Stop it; or, to run a second one, set ONEFOLD_DIR to another ` +
      'folder and PORT to another port.',
  );
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
