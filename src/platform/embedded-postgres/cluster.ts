import { randomBytes } from 'node:crypto';
import {
  chown,
  link,
  mkdir,
  mkdtemp,
  open,
  readFile,
  readdir,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../log.js';
import { explainFailure, findBinaries } from './binaries.js';
import type { Binaries } from './binaries.js';
import { isAlive } from './processes.js';
import { chooseRunner, runProgram } from './runner.js';
import type { Runner } from './runner.js';

export const ROLE = 'onefold';

/** A data folder that is ready to be served, and all it takes to serve it. */
export interface Cluster {
  directory: string;
  dataFolder: string;
  logFile: string;
  password: string;
  /** Arguments for the server, after our own. */
  flags: string[];
  binaries: Binaries;
  runner: Runner;
  log: Pick<Log, 'info' | 'warn'>;
}

type Place = Pick<Cluster, 'directory' | 'flags' | 'log'>;

const ABANDONED_AFTER_MS = 10 * 60_000;

/** Opens what lies in the directory, or creates it. Safe to be interrupted, and to be called twice at once. */
export async function openCluster(place: Place): Promise<Cluster> {
  const dataFolder = join(place.directory, 'postgres');
  await mkdir(place.directory, { recursive: true, mode: 0o700 });
  const binaries = await findBinaries();
  const runner = await chooseRunner(place.directory, dataFolder, binaries.postgres);
  const cluster = {
    ...place,
    dataFolder,
    logFile: join(place.directory, 'postgres.log'),
    password: await obtainPassword(place.directory, dataFolder),
    binaries,
    runner,
  };
  await removeAbandonedDrafts(cluster);
  if (await isDataFolder(dataFolder)) await ensureOwner(cluster);
  else await createDataFolder(cluster);
  return cluster;
}

async function isDataFolder(folder: string): Promise<boolean> {
  return stat(join(folder, 'PG_VERSION')).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
}

async function obtainPassword(directory: string, dataFolder: string): Promise<string> {
  const file = join(directory, 'postgres-password');
  // Asked before the password is read: whoever creates the data folder has written the password before.
  const inUse = await isDataFolder(dataFolder);
  const existing = await readPassword(file);
  if (existing) return existing;
  if (inUse) {
    throw new Error(
      `${file} is missing, and without it ${dataFolder} stays closed. Put the file back from a backup; or, to ` +
        `begin with an empty database, move ${directory} away.`,
    );
  }
  await createPassword(file);
  const created = await readPassword(file);
  if (created) return created;
  throw new Error(`${file} is empty. Remove it.`);
}

async function readPassword(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, 'utf8')).trim() || undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** A link appears complete or not at all, and the second of two processes at once finds the first one's. */
async function createPassword(file: string): Promise<void> {
  const draft = `${file}-${randomBytes(6).toString('hex')}`;
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(`${randomBytes(24).toString('base64url')}\n`);
    await handle.sync();
    await link(draft, file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  } finally {
    await handle.close();
    await rm(draft, { force: true });
  }
}

/** Data put back by root from a backup belongs to root, and PostgreSQL serves only what its own account owns. */
async function ensureOwner({ runner, dataFolder }: Cluster): Promise<void> {
  const { account } = runner;
  if (!account || (await stat(dataFolder)).uid === account.uid) return;
  for (const entry of await readdir(dataFolder, { recursive: true })) {
    await chown(join(dataFolder, entry), account.uid, account.gid);
  }
  await chown(dataFolder, account.uid, account.gid);
}

/** Only a complete data folder ever gets the final name, so an interrupted one is never taken for it. */
async function createDataFolder(cluster: Cluster): Promise<void> {
  cluster.log.info(`Creating a PostgreSQL database in ${cluster.dataFolder}`);
  const draft = await mkdtemp(join(cluster.directory, `postgres-init-${process.pid}-`));
  try {
    await runInitdb(cluster, draft);
    await rename(join(draft, 'data'), cluster.dataFolder).catch(async (error: NodeJS.ErrnoException) => {
      if (!(await isDataFolder(cluster.dataFolder))) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function runInitdb({ binaries, runner, password, flags }: Cluster, draft: string): Promise<void> {
  const passwordFile = join(draft, 'password');
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (runner.account) {
    for (const path of [passwordFile, draft]) await chown(path, runner.account.uid, runner.account.gid);
  }
  await runProgram(runner, binaries.initdb, [
    `--pgdata=${join(draft, 'data')}`,
    `--username=${ROLE}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    // Sorts as C does, byte by byte, yet knows that É is the capital of é.
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    // Where commits are to survive a power cut, so must the files below them, which no later commit syncs.
    ...(flags.some((flag) => /fsync=(off|false|no|0)/.test(flag)) ? ['--no-sync'] : []),
  ]).catch(explainFailure('PostgreSQL could not create its data folder.'));
}

async function removeAbandonedDrafts({ directory }: Cluster): Promise<void> {
  for (const name of await readdir(directory)) {
    const pid = /^postgres-init-(\d+)-/.exec(name)?.[1];
    if (!pid) continue;
    const path = join(directory, name);
    if (isAlive(Number(pid)) && !(await isOld(path))) continue;
    // An initdb that outlived its parent may still be writing there; what stays goes with the next start.
    await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}

async function isOld(path: string): Promise<boolean> {
  return stat(path).then(
    ({ mtimeMs }) => Date.now() - mtimeMs > ABANDONED_AFTER_MS,
    () => true,
  );
}
