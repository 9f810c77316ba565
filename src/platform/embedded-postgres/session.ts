import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { ROLE } from './cluster.js';
import type { Cluster } from './cluster.js';
import type { Postmaster } from './postmaster.js';

/** Any constant would do; this one spells `onefold`. */
const OWNER_LOCK = 0x6f6e65666f6c64n.toString();
const CLAIM_FOR_MS = 2_000;
const REFUSED_FOR_MS = 1_000;

export function connectionUrl({ password }: Cluster, { port }: Postmaster, database: string): string {
  return `postgres://${ROLE}:${password}@127.0.0.1:${port}/${database}`;
}

/** Resolves when the server accepts us, undefined when it ends first; throws at the deadline. */
export async function connectWhenReady(
  cluster: Cluster,
  postmaster: Postmaster,
  deadline: number,
): Promise<pg.Client | undefined> {
  const begun = Date.now();
  for (;;) {
    try {
      return await connect(cluster, postmaster);
    } catch (error) {
      if (await postmaster.hasEnded()) return undefined;
      failIfHopeless(error as { code?: string }, cluster, postmaster, begun, deadline);
      await sleep(25);
    }
  }
}

/**
 * Whether we now are the one Onefold of this database, for as long as the session lives; undefined when the
 * server went away. Tries for a moment: the session of an owner that was killed takes a little to end.
 */
export async function claimOwnership(session: pg.Client): Promise<boolean | undefined> {
  const deadline = Date.now() + CLAIM_FOR_MS;
  try {
    while (!(await tryLock(session))) {
      if (Date.now() > deadline) return false;
      await sleep(50);
    }
    return true;
  } catch {
    return undefined;
  }
}

export interface Ownership {
  /** False when another Onefold took over after our session broke: then the server is no longer ours to stop. */
  readonly isOurs: boolean;
  release(): void;
}

interface OwnershipEvents {
  /** The server has ended. */
  onEnded: () => void;
  /** Another Onefold took over. */
  onTaken: () => void;
}

/** When a backend crashes, PostgreSQL ends all sessions and with them the lock, which is then taken again. */
export function keepOwnership(
  cluster: Cluster,
  postmaster: Postmaster,
  first: pg.Client,
  { onEnded, onTaken }: OwnershipEvents,
): Ownership {
  let current = first;
  let state: 'OURS' | 'RELEASED' | 'TAKEN' = 'OURS';
  const isOurs = () => state === 'OURS';

  function watch(session: pg.Client) {
    current = session;
    // Missing in @types/pg. Waiting for it must not keep a process alive that has nothing else to do.
    (session as pg.Client & { unref(): void }).unref();
    session.once('end', () => void regain());
  }

  async function regain() {
    while (isOurs()) {
      if (await postmaster.hasEnded()) return isOurs() && onEnded();
      const session = await connect(cluster, postmaster).catch(() => undefined);
      const owned = session && (await claimOwnership(session));
      if (owned && isOurs()) return watch(session);
      if (session) await close(session);
      if (owned === false) {
        state = 'TAKEN';
        return onTaken();
      }
      await sleep(200, undefined, { ref: false });
    }
  }

  watch(first);
  return {
    get isOurs() {
      return state !== 'TAKEN';
    },
    release: () => {
      state = 'RELEASED';
      void close(current);
    },
  };
}

export async function close(session: pg.Client): Promise<void> {
  await session.end().catch(() => undefined);
}

async function connect(cluster: Cluster, postmaster: Postmaster): Promise<pg.Client> {
  const client = new pg.Client({
    // Not the database `onefold`: a session there would stand in the way of dropping it or using it as a template.
    connectionString: connectionUrl(cluster, postmaster, 'postgres'),
    ssl: false,
    application_name: 'onefold owner',
    connectionTimeoutMillis: 5_000,
  });
  // Without a listener a broken connection would end the process; `end` is where it is dealt with.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

async function tryLock(session: pg.Client): Promise<boolean> {
  const { rows } = await session.query<{ owned: boolean }>('select pg_try_advisory_lock($1) as owned', [
    OWNER_LOCK,
  ]);
  return rows[0]!.owned;
}

function failIfHopeless(
  error: { code?: string },
  cluster: Cluster,
  { pid, port }: Postmaster,
  begun: number,
  deadline: number,
): void {
  const now = Date.now();
  // Not at once: whoever snatched the port may have answered, and our server ends a moment later.
  if (error.code === '28P01' && now - begun > REFUSED_FOR_MS) {
    throw new Error(
      `PostgreSQL refuses the password in ${cluster.directory}/postgres-password. Put the right one back.`,
    );
  }
  if (now < deadline) return;
  throw new Error(
    `PostgreSQL (process ${pid}, port ${port}) in ${cluster.dataFolder} is not ready yet. If it is recovering, ` +
      `start Onefold again in a moment; otherwise see ${cluster.logFile} and end it with kill -INT ${pid}.`,
    { cause: error },
  );
}
