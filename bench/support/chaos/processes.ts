import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Target } from './load.ts';

const ROOT = join(import.meta.dirname, '../../..');

export interface Started extends Target {
  child: ChildProcess;
  /** What it has printed so far. */
  printed: readonly string[];
  /** The exit code, or the signal that ended it. */
  ended: Promise<number | NodeJS.Signals | null>;
}

interface Start {
  directory: string;
  port: number;
  env?: Record<string, string>;
  /** By `npm start`, in a process group of its own, as a terminal would. */
  byNpm?: boolean;
}

/** A server, ready. @throws what it printed, when it ends instead */
export async function start({ directory, port, env = {}, byNpm = false }: Start): Promise<Started> {
  const { PATH = '', HOME = '/' } = process.env;
  const [command, ...args] = byNpm
    ? ['npm', 'start', '--ignore-scripts', '--silent']
    : [process.execPath, 'dist/main.js'];
  const child = spawn(command ?? '', args, {
    cwd: ROOT,
    env: { PATH, HOME, LOG_LEVEL: 'info', ...env, PORT: String(port), ONEFOLD_DIR: directory },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: byNpm,
  });
  const printed: string[] = [];
  const ended = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals);
  const ready = new Promise<void>((resolve) => {
    for (const output of [child.stdout, child.stderr])
      createInterface(output).on('line', (line) => {
        printed.push(line);
        if (line.includes('Onefold is ready')) resolve();
      });
  });
  const failed = ended.then(() => {
    throw new Error(`The server ended instead of starting:\n${printed.join('\n')}`);
  });
  failed.catch(() => undefined);
  await Promise.race([ready, failed]);
  const key = (await readFile(join(directory, 'development-key'), 'utf8')).trim();
  return { url: `http://127.0.0.1:${port}/graphql`, key, child, printed, ended };
}

export async function newDirectory(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'onefold-chaos-'));
}

export async function removeDirectory(directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true });
}

export async function databaseUrlOf(directory: string): Promise<string> {
  return (await readFile(join(directory, 'database-url'), 'utf8')).trim();
}

export async function postmasterPid(directory: string): Promise<number> {
  return Number((await readFile(join(directory, 'postgres/postmaster.pid'), 'utf8')).split('\n')[0]);
}

/** Processes of the server or of its PostgreSQL that still run, by what they were started with. Linux only. */
export async function processesOf(directory: string): Promise<string[]> {
  const found: string[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const [environment, command] = await Promise.all(
      ['environ', 'cmdline'].map((name) => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '')),
    );
    const isOurs =
      environment?.split('\0').includes(`ONEFOLD_DIR=${directory}`) || command?.includes(directory);
    if (isOurs) found.push(`${pid} ${command?.replaceAll('\0', ' ').trim()}`);
  }
  return found;
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
