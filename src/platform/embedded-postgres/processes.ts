import { execFile } from 'node:child_process';
import type { Stats } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

const IS_POSTGRES = /(^|[/\\])postgres(\.exe)?(:? |$)/;

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Does nothing when the process has ended. */
export function signalProcess(pid: number, signal: string): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/**
 * Ends sessions of a server that has died: one that is in the middle of a statement does not notice, and no new server
 * can start while it lives. Where the system does not tell of them, they end with their statement.
 */
export async function endOrphans(folder: string): Promise<void> {
  const processes = await readdir('/proc').catch(() => []);
  const own = await stat(folder);
  for (const pid of processes.map(Number).filter((number) => number > 0)) {
    const works = await stat(`/proc/${pid}/cwd`).catch(() => undefined);
    const isThere = works?.dev === own.dev && works.ino === own.ino;
    if (isThere && IS_POSTGRES.test((await commandOf(pid)) ?? '')) signalProcess(pid, 'SIGQUIT');
  }
}

/**
 * Whether the process is PostgreSQL working on the folder: a pid may have passed to another program, and a copied
 * project carries the pid of the original's server. True where the system doesn't tell, for a connection will.
 */
export async function servesFolder(pid: number, folder: string): Promise<boolean> {
  if (!isAlive(pid)) return false;
  const command = await commandOf(pid);
  if (command === undefined) return true;
  if (!IS_POSTGRES.test(command)) return false;
  const served = await servedFolder(pid, command);
  const own = await stat(folder).catch(() => undefined);
  return !served || !own || (served.dev === own.dev && served.ino === own.ino);
}

/** Undefined = this system has no way to ask. On Linux a zombie, or what we may not see, has no command: ''. */
async function commandOf(pid: number): Promise<string | undefined> {
  if (process.platform === 'win32') return undefined;
  if (process.platform === 'linux') {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    return command.replaceAll('\0', ' ');
  }
  const answer = await run('ps', ['-o', 'command=', '-p', String(pid)]).catch(() => undefined);
  return answer?.stdout.trim();
}

/** The working directory follows a folder that was moved, but root in a container may not ask for it. */
async function servedFolder(pid: number, command: string): Promise<Stats | undefined> {
  const argument = / -D (.*?) -p \d/.exec(command)?.[1];
  for (const path of [`/proc/${pid}/cwd`, argument]) {
    const found = path && (await stat(path).catch(() => undefined));
    if (found) return found;
  }
  return undefined;
}
