import { createApiKey, createWorkspace } from '../../src/access/index.js';
import { ALL_SCOPES, createLog, systemClock } from '../../src/platform/index.js';
import type { Clock, Database, Log, Scope } from '../../src/platform/index.js';
import { startApp } from '../../src/app.js';
import { readConfig } from '../../src/config.js';
import type { Config } from '../../src/config.js';
import { atEnd } from './at-end.js';
import { cloneDatabase } from './test-database.js';

interface StartServer {
  /** A migrated database; default: a new one. */
  databaseUrl?: string;
  /** Another server: this one joins it on its database, with its workspace and key. */
  beside?: TestServer;
  redisUrl?: string;
  clock?: Clock;
  config?: Partial<Config>;
  log?: Log;
  developmentKey?: string;
}

export interface TestServer {
  /** Such as `http://127.0.0.1:4000`. */
  url: string;
  /** `<url>/graphql` */
  graphqlUrl: string;
  /** `ws://…/graphql` */
  wsUrl: string;
  workspaceId: number;
  /** A key of the workspace with every scope. */
  key: string;
  database: Database;
  /** Of the administrator, whom row-level security does not bind. */
  databaseUrl: string;
  clock: Clock;
  /** What it has logged so far as a warning or worse: one line of JSON each. */
  complaints: string[];
  /** The test file's end does this for all that still run. */
  stop(): Promise<void>;
  /** See `App`. */
  abort(): void;
}

/** The real server in this process, on a free port and a database of its own, with one workspace and one key. */
export async function startServer(options: StartServer = {}): Promise<TestServer> {
  const { beside, clock = beside?.clock ?? systemClock } = options;
  const databaseUrl = options.databaseUrl ?? beside?.databaseUrl ?? (await cloneDatabase());
  const complaints: string[] = [];
  const log = options.log ?? createLog('warn', { write: (line) => void complaints.push(line) });
  const config = {
    ...readConfig({ PORT: '0', DATABASE_POOL_SIZE: '10', LINGER_MS: '0' }),
    REDIS_URL: options.redisUrl,
    ...options.config,
  };
  const app = await startApp({
    config,
    databaseUrl,
    log,
    clock,
    developmentKey: options.developmentKey ?? null,
  });
  let stopped: Promise<void> | undefined;
  const stop = () => (stopped ??= app.stop());
  atEnd(stop);
  const graphqlUrl = `${app.url}/graphql`;
  return {
    url: app.url,
    graphqlUrl,
    wsUrl: graphqlUrl.replace('http', 'ws'),
    database: app.database,
    databaseUrl,
    clock,
    complaints,
    stop,
    abort: () => app.abort(),
    ...(beside
      ? { workspaceId: beside.workspaceId, key: beside.key }
      : await newTenant({ database: app.database, clock })),
  };
}

/** Another workspace on the same server. @returns its number, and a key of it with every scope */
export async function newTenant(
  server: Pick<TestServer, 'database' | 'clock'>,
  name = 'Test',
): Promise<{ workspaceId: number; key: string }> {
  const workspaceId = await createWorkspace(server.database, server.clock, { name });
  return { workspaceId, key: await newKey({ ...server, workspaceId }, ALL_SCOPES) };
}

/** Another key of the server's workspace. */
export async function newKey(
  server: Pick<TestServer, 'database' | 'clock' | 'workspaceId'>,
  scopes: readonly (Scope | keyof typeof Scope)[],
  options: { name?: string; source?: string; expiresAt?: Date } = {},
): Promise<string> {
  const { name = `Test ${scopes.join(' ')}`, source = 'default', expiresAt } = options;
  const { secret } = await server.database.transaction(server.workspaceId, (tx) =>
    createApiKey(tx, { name, source, scopes: scopes as Scope[], expiresAt, now: server.clock.now() }),
  );
  return secret;
}
