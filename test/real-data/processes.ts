import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';

/** A program of its own: killed as a power cut would, or asked to stop. */
export class Program {
  private ending = false;

  private constructor(
    private readonly child: ChildProcess,
    private readonly printed: readonly string[],
  ) {
    child.once('exit', (code, signal) => {
      if (this.ending) return;
      const what = `${child.spawnargs.join(' ')} ended by itself (${signal ?? code})`;
      process.stderr.write(`${what}. Its last words:\n${this.printed.slice(-40).join('\n')}\n`);
    });
  }

  /** Resolves when it has printed a line with `readyText`. @throws what it printed, when it ends instead */
  static async start(
    command: string,
    args: readonly string[],
    { env = {}, readyText }: { env?: Record<string, string>; readyText: string },
  ): Promise<Program> {
    // Not what this process was given: a server under test must not find the services of others.
    const { PATH = '', HOME = '/' } = process.env;
    const child = spawn(command, args, { env: { PATH, HOME, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    const printed: string[] = [];
    child.stderr.on('data', (data: Buffer) => printed.push(String(data)));
    const lines = createInterface(child.stdout);
    lines.on('line', (line) => printed.push(line));
    for await (const line of lines) if (line.includes(readyText)) return new Program(child, printed);
    throw new Error(`${command} ${args.join(' ')} ended instead of starting:\n${printed.join('\n')}`);
  }

  kill(): Promise<void> {
    return this.end('SIGKILL');
  }

  stop(): Promise<void> {
    return this.end('SIGTERM');
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exited = once(this.child, 'exit');
    this.ending = true;
    this.child.kill(signal);
    await exited;
  }
}

export interface ServerProcess {
  program: Program;
  url: string;
}

/** The server, as a user starts it. */
export async function startServer(port: number, env: Record<string, string>): Promise<ServerProcess> {
  const program = await Program.start(process.execPath, ['dist/main.js'], {
    env: { PORT: String(port), LOG_LEVEL: 'warn', ...env },
    readyText: 'Onefold is ready',
  });
  return { program, url: `http://127.0.0.1:${port}/graphql` };
}

export function startRedis(port: number): Promise<Program> {
  const args = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'no',
    '--dir',
    '/tmp',
  ];
  return Program.start('redis-server', args, { readyText: 'Ready to accept connections' });
}

/** What a program prints that is expected to end by itself, and well. */
export async function outputOf(args: readonly string[], env: Record<string, string> = {}): Promise<string> {
  const { PATH = '', HOME = '/' } = process.env;
  const child = spawn(process.execPath, args, {
    env: { PATH, HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  let complaints = '';
  child.stdout.on('data', (data: Buffer) => (printed += String(data)));
  child.stderr.on('data', (data: Buffer) => (complaints += String(data)));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}:\n${printed}\n${complaints}`);
  return printed;
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
