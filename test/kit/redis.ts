import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { atEnd } from './at-end.js';

/** For tests that any Redis will do for; left out, loudly (see `global-setup.ts`), when there is none. */
export const describeWithRedis = process.env.ONEFOLD_TEST_REDIS === 'none' ? describe.skip : describe;

/** For tests that kill their Redis: there must be a `redis-server` on the PATH. */
export const describeWithOwnRedis = process.env.ONEFOLD_TEST_REDIS === 'own' ? describe : describe.skip;

export interface TestRedis {
  url: string;
  port: number;
  /** As a power cut would. */
  kill(): Promise<void>;
  /** Starts it again on the same port, empty. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** A real Redis of the test's own (or the one at REDIS_URL, which cannot be killed, when none is installed). */
export async function startRedis(): Promise<TestRedis> {
  if (process.env.ONEFOLD_TEST_REDIS !== 'own') return givenRedis(process.env.REDIS_URL ?? '');
  const port = await freePort();
  let child = await launch(port);
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  };
  const stop = () => end('SIGTERM');
  atEnd(stop);
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    kill: () => end('SIGKILL'),
    restart: async () => {
      await stop();
      child = await launch(port);
    },
    stop,
  };
}

async function launch(port: number): Promise<ChildProcess> {
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const child = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'inherit'], cwd: '/tmp' });
  const said: string[] = [];
  for await (const line of createInterface(child.stdout)) {
    said.push(line);
    if (!line.includes('Ready to accept connections')) continue;
    child.stdout.resume();
    return child;
  }
  throw new Error(`redis-server did not start:\n${said.join('\n')}`);
}

function givenRedis(url: string): TestRedis {
  const cannot = () =>
    Promise.reject(new Error('The Redis at REDIS_URL is not ours: use describeWithOwnRedis.'));
  return {
    url,
    port: Number(new URL(url).port || 6379),
    kill: cannot,
    restart: cannot,
    stop: async () => {},
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
