import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import pg from 'pg';

const ROOT = join(import.meta.dirname, '../..');

export interface BenchServer {
  url: string;
  key: string;
  pid: number;
  /** Of the superuser: for COPY, and to look behind the scenes. */
  databaseUrl: string;
  gql<T>(query: string, variables?: object): Promise<T>;
  stop(): Promise<void>;
}

/** A server of its own, as a user would start it: a process, the embedded database, nothing tuned. */
export async function startServer(environment: Record<string, string> = {}): Promise<BenchServer> {
  const directory = await mkdtemp(join(tmpdir(), 'onefold-bench-'));
  const port = await freePort();
  const child = spawn(process.execPath, ['dist/main.js'], {
    cwd: ROOT,
    env: { ...process.env, LOG_LEVEL: 'warn', ...environment, PORT: String(port), ONEFOLD_DIR: directory },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await ready(child.stdout, child);
  const url = `http://127.0.0.1:${port}/graphql`;
  const key = (await readFile(join(directory, 'development-key'), 'utf8')).trim();
  return {
    url,
    key,
    pid: child.pid ?? 0,
    databaseUrl: (await readFile(join(directory, 'database-url'), 'utf8')).trim(),
    gql: (query, variables) => gql(url, key, query, variables),
    stop: async () => {
      agent.destroy();
      child.kill('SIGTERM');
      await once(child, 'exit');
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** A server of its own with a connection of the superuser beside it, both gone afterwards. */
export async function withDatabase<T>(
  work: (server: BenchServer, client: pg.Client) => Promise<T>,
  environment: Record<string, string> = {},
): Promise<T> {
  const server = await startServer(environment);
  const client = new pg.Client({ connectionString: server.databaseUrl });
  try {
    await client.connect();
    return await work(server, client);
  } finally {
    await client.end();
    await server.stop();
  }
}

async function ready(
  output: NodeJS.ReadableStream,
  child: { once(event: 'exit', listener: () => void): unknown },
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    child.once('exit', () => reject(new Error('the server did not start')));
    output.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes('Onefold is ready')) resolve();
    });
  });
}

/** An unused connection is closed long before the server closes it: a request on one that is being closed fails. */
const agent = new Agent({ keepAlive: true, timeout: 4_000 });

/** The plainest client there is: what it takes itself is taken from what is measured. */
async function gql<T>(url: string, key: string, query: string, variables: object = {}): Promise<T> {
  const sent = request(url, {
    agent,
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
  }).end(JSON.stringify({ query, variables }));
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const answer = JSON.parse(await text(response)) as { data: T; errors?: { message: string }[] };
  if (answer.errors) throw new Error(answer.errors.map((error) => error.message).join('; '));
  return answer.data;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
