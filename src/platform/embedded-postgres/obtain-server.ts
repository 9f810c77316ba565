import { statfs } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { Cluster } from './cluster.js';
import { companions } from './companions.js';
import { endOrphans } from './processes.js';
import { findPostmaster, launchPostmaster, stopPostmaster } from './postmaster.js';
import type { Postmaster } from './postmaster.js';
import { claimOwnership, close, connectWhenReady } from './session.js';

/** A server that is ready, and the session by which it is ours. */
export interface ObtainedServer {
  postmaster: Postmaster;
  session: pg.Client;
}

interface ObtainServer {
  /** Where it must listen. Default: any free port, or where one that is found running listens. */
  port?: number;
  readyWithinMs: number;
}

interface Attempt {
  postmaster: Postmaster;
  /** Absent when the server ended instead of accepting us. */
  session?: pg.Client;
}

const ORPHANS = 'is still in use';
const PASSING_FAILURE = new RegExp(
  `lock file .* (already exists|is empty)|Address already in use|${ORPHANS}`,
);
const SCARCE_BYTES = 32 * 1024 * 1024;

export class AnotherOnefold extends Error {
  constructor({ directory }: Cluster) {
    super(
      `Another Onefold is running in ${directory}. Stop it; or, to run a second one, set ONEFOLD_DIR to another ` +
        'folder and PORT to another port.',
    );
  }
}

/** Starts a server, or takes over one that a killed Onefold left behind. @throws AnotherOnefold */
export async function obtainServer(cluster: Cluster, options: ObtainServer): Promise<ObtainedServer> {
  const deadline = Date.now() + options.readyWithinMs;
  for (;;) {
    const { postmaster, session } = await attempt(cluster, options.port, deadline);
    const owned = session && (await claimOwnership(session));
    if (owned && postmaster.port === (options.port ?? postmaster.port)) {
      companions.add(postmaster.pid);
      if (!postmaster.logged) cluster.log.info('Took over PostgreSQL from a Onefold that did not stop it');
      return { postmaster, session };
    }
    // Ours, but where nobody will look for it.
    if (owned) await stopPostmaster(cluster, postmaster);
    if (session) await close(session);
    if (owned === false) {
      companions.delete(postmaster.pid);
      throw new AnotherOnefold(cluster);
    }
    const said = await postmaster.logged?.();
    const mayPass = session !== undefined || said === undefined || PASSING_FAILURE.test(said);
    if (Date.now() > deadline || !mayPass) throw await startFailure(cluster, said ?? '');
    if (said?.includes(ORPHANS)) await endOrphans(cluster.dataFolder);
    await sleep(100);
  }
}

async function attempt(cluster: Cluster, port: number | undefined, deadline: number): Promise<Attempt> {
  const running = await findPostmaster(cluster);
  const postmaster = running ?? (await launchPostmaster(cluster, port));
  try {
    return { postmaster, session: await connectWhenReady(cluster, postmaster, deadline) };
  } catch (error) {
    // At the deadline it may still be recovering, and goes on with it: the next start finds it further along.
    if (Date.now() >= deadline) companions.delete(postmaster.pid);
    else if (!running) await stopPostmaster(cluster, postmaster);
    throw error;
  }
}

async function startFailure({ directory, dataFolder, logFile }: Cluster, said: string): Promise<Error> {
  const { bavail, bsize } = await statfs(directory);
  const remedy =
    bavail * bsize < SCARCE_BYTES
      ? `The disk is full: make room. What PostgreSQL says is in ${logFile}`
      : `Fix what it says below (all of it: ${logFile}), or set DATABASE_URL`;
  return new Error(
    `PostgreSQL did not start in ${dataFolder}. ${remedy}.\n${said.split('\n').slice(-20).join('\n')}`,
  );
}
