import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startServer } from './processes.js';
import type { Program } from './processes.js';

/** The workspace of the development key. */
export const DEFAULT_WORKSPACE = 1;

const KILLED_WITHIN_MS = 5_000;

/** A server with its embedded database in a folder of its own, as on the machine of somebody who has just installed it. */
export class Installation {
  private constructor(
    readonly directory: string,
    private readonly port: number,
    private readonly env: Record<string, string>,
    private server: Program,
    readonly url: string,
  ) {}

  static async create(env: Record<string, string> = {}): Promise<Installation> {
    const directory = await mkdtemp(join(tmpdir(), 'onefold-real-data-'));
    const port = await freePort();
    const { program, url } = await startServer(port, { ...env, ONEFOLD_DIR: directory });
    return new Installation(directory, port, env, program, url);
  }

  get apiKey(): Promise<string> {
    return this.lineOf('development-key');
  }

  /** Of the administrator, whom row-level security does not bind. Another one after each restart of the database. */
  get databaseUrl(): Promise<string> {
    return this.lineOf('database-url');
  }

  /** kill -9 of the server; its PostgreSQL goes on. */
  async kill(): Promise<void> {
    await this.server.kill();
  }

  /** kill -9 of the server and of its PostgreSQL. */
  async killWithDatabase(): Promise<void> {
    await this.server.kill();
    await this.killDatabase();
  }

  async restart(): Promise<void> {
    ({ program: this.server } = await startServer(this.port, { ...this.env, ONEFOLD_DIR: this.directory }));
  }

  async remove(): Promise<void> {
    await this.server.stop();
    await this.killDatabase();
    await rm(this.directory, { recursive: true, force: true });
  }

  private async killDatabase(): Promise<void> {
    const lock = await readFile(join(this.directory, 'postgres', 'postmaster.pid'), 'utf8').catch(() => '');
    const pid = Number(lock.split('\n')[0]);
    if (!pid) return;
    const deadline = Date.now() + KILLED_WITHIN_MS;
    while (isAlive(pid) && Date.now() < deadline) {
      process.kill(pid, 'SIGKILL');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  private async lineOf(name: string): Promise<string> {
    return (await readFile(join(this.directory, name), 'utf8')).trim();
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
