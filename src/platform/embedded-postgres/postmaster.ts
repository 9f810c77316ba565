import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { open, rename, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from './cluster.js';
import { companions } from './companions.js';
import { isAlive, servesFolder, signalProcess } from './processes.js';
import { commandLine, runProgram } from './runner.js';

const MB = 1024 * 1024;

/** The first process of a PostgreSQL server, started by us or by a Onefold that has died since. */
export interface Postmaster {
  pid: number;
  port: number;
  hasEnded(): Promise<boolean>;
  /** What it has logged since its start; absent for one found running. */
  logged?(): Promise<string>;
}

/**
 * A quarter of the memory, as PostgreSQL's documentation has it, within bounds; what is not needed is not taken. With a
 * fixed 256 MB, ingest into a million events ran at less than half its speed.
 */
function sharedBuffersMb(): number {
  const bytes = Math.min(totalmem(), process.constrainedMemory() || Infinity);
  return Math.floor(Math.min(Math.max(bytes / 4, 128 * MB), 2_048 * MB) / MB);
}

const SETTINGS = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'max_connections=100',
  `shared_buffers=${sharedBuffersMb()}MB`,
  'max_wal_size=2GB',
  'wal_compression=on',
  // What is new is to be seen by VACUUM soon: then an index alone tells who is in which segment.
  'autovacuum_naptime=10s',
  'jit=off',
  'timezone=UTC',
  'log_timezone=UTC',
  'log_min_messages=warning',
  'log_checkpoints=off',
  // Details and statements quote rows, and the rows are people: no erasure would reach them in the log.
  'log_error_verbosity=terse',
  'log_min_error_statement=panic',
  // Windows cannot tell whether a client is still there.
  ...(process.platform === 'win32' ? [] : ['client_connection_check_interval=2s']),
];

const LOG_KEPT_BYTES = 10 * 1024 * 1024;
const EMPTY_LOCK_STALE_AFTER_MS = 2_000;
const FAST_STOP_MS = 30_000;
const IMMEDIATE_STOP_MS = 5_000;

/** A server that already runs on the data folder. A lock file left by a dead one is made harmless. */
export async function findPostmaster(cluster: Cluster): Promise<Postmaster | undefined> {
  const lock = readLock(cluster);
  if (!lock || !isAlive(lock.pid)) return undefined;
  const serves = () => servesFolder(lock.pid, cluster.dataFolder);
  if (!(await serves())) {
    disownLock(cluster, lock.pid);
    return undefined;
  }
  return { ...lock, hasEnded: async () => !(await serves()) };
}

export async function launchPostmaster(cluster: Cluster, wantedPort?: number): Promise<Postmaster> {
  const port = wantedPort ?? (await freePort());
  const log = await openLog(cluster.logFile);
  const begin = (await log.stat()).size;
  const [command, ...args] = commandLine(cluster.runner, cluster.binaries.postgres, [
    ...['-D', cluster.dataFolder, '-p', String(port)],
    ...SETTINGS.flatMap((setting) => ['-c', setting]),
    ...cluster.flags,
  ]);
  const child = spawn(command, args, {
    ...cluster.runner.options,
    // Ctrl-C in a terminal goes to the whole process group; the database must outlive our own drain.
    detached: true,
    windowsHide: true,
    stdio: ['ignore', log.fd, log.fd],
  });
  try {
    await once(child, 'spawn');
  } finally {
    await log.close();
  }
  child.unref();
  const pid = child.pid!;
  companions.add(pid);
  child.once('exit', () => companions.delete(pid));
  return {
    pid,
    port,
    hasEnded: async () => child.exitCode !== null || child.signalCode !== null,
    logged: () => readFrom(cluster.logFile, begin),
  };
}

/** Immediate shutdown: the next start recovers from the log. */
export async function killPostmaster(cluster: Cluster, postmaster: Postmaster): Promise<void> {
  if (await endsAfter(cluster, postmaster, 'QUIT', IMMEDIATE_STOP_MS)) return;
  throw new Error(
    `PostgreSQL (process ${postmaster.pid}) does not stop. End it with kill -QUIT ${postmaster.pid}.`,
  );
}

/** Fast shutdown: sessions are ended, everything is written. A server that can't do so in time recovers later. */
export async function stopPostmaster(cluster: Cluster, postmaster: Postmaster): Promise<void> {
  if (await endsAfter(cluster, postmaster, 'INT', FAST_STOP_MS)) return;
  cluster.log.warn('PostgreSQL does not finish; ending it at once. Its next start recovers from the log');
  await killPostmaster(cluster, postmaster);
}

/**
 * Somebody's `kill` is a smart shutdown: PostgreSQL lets nobody in any more, and waits for the sessions it has, of
 * which ours do not end. This ends them.
 */
export async function endSmartShutdown(cluster: Cluster, { pid }: Postmaster): Promise<void> {
  const [owner, , , , , , , status] = readLockText(cluster)?.split('\n') ?? [];
  if (Number(owner) === pid && status?.trim() === 'stopping') await send(cluster, pid, 'INT');
}

async function endsAfter(cluster: Cluster, postmaster: Postmaster, signal: string, timeoutMs: number) {
  const deadline = Date.now() + timeoutMs;
  if (await postmaster.hasEnded()) return true;
  await send(cluster, postmaster.pid, signal);
  while (!(await postmaster.hasEnded())) {
    if (Date.now() > deadline) return false;
    await sleep(20);
  }
  return true;
}

/** Node's own kill ends a process of Windows without warning; pg_ctl knows how to ask. */
async function send(cluster: Cluster, pid: number, signal: string): Promise<void> {
  if (process.platform === 'win32') {
    await runProgram(cluster.runner, cluster.binaries.pg_ctl, ['kill', signal, String(pid)]).catch(
      () => undefined,
    );
    return;
  }
  signalProcess(pid, `SIG${signal}`);
}

const lockFile = (cluster: Cluster) => join(cluster.dataFolder, 'postmaster.pid');

/** Lines of the file: pid, data folder, start, port, …; a standalone backend has a negative pid. */
function readLock(cluster: Cluster): { pid: number; port: number } | undefined {
  const text = readLockText(cluster);
  if (text === '') removeStaleEmptyLock(cluster);
  const [pid, , , port] = (text ?? '').split('\n').map(Number);
  return pid && pid > 0 && port ? { pid, port } : undefined;
}

function readLockText(cluster: Cluster): string | undefined {
  try {
    return readFileSync(lockFile(cluster), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** PostgreSQL never starts over an empty lock file: it can't tell a power cut from a server just starting. */
function removeStaleEmptyLock(cluster: Cluster): void {
  const stats = statSync(lockFile(cluster), { throwIfNoEntry: false });
  if (stats?.size === 0 && Date.now() - stats.mtimeMs > EMPTY_LOCK_STALE_AFTER_MS)
    unlinkSync(lockFile(cluster));
}

/**
 * The pid in the file now belongs to another program, and PostgreSQL would not start. It ignores its own parent's
 * pid, though, so that is put in. Removing the file would also remove PostgreSQL's way to find sessions of the
 * dead server that still write. Read and written in one turn: another process may be starting right now.
 */
function disownLock(cluster: Cluster, pid: number): void {
  const [first, ...rest] = (readLockText(cluster) ?? '').split('\n');
  if (Number(first) === pid) writeFileSync(lockFile(cluster), [process.pid, ...rest].join('\n'));
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** One older log is kept, so that neither grows for ever. */
async function openLog(file: string) {
  const size = await stat(file).then(
    (stats) => stats.size,
    () => 0,
  );
  if (size > LOG_KEPT_BYTES) await rename(file, `${file}.old`);
  return open(file, 'a', 0o600);
}

async function readFrom(file: string, position: number): Promise<string> {
  const log = await open(file);
  try {
    const { size } = await log.stat();
    const { buffer, bytesRead } = await log.read(Buffer.alloc(Math.max(0, size - position)), { position });
    return buffer.toString('utf8', 0, bytesRead).trim();
  } finally {
    await log.close();
  }
}
