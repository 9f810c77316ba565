import { ConfigError, readConfig } from './config.js';
import { parseArgs } from 'node:util';
import { ALL_SCOPES, createApiKey, createWorkspace } from './access/index.js';
import type { Scope } from './access/index.js';
import { connectDatabase, startApp } from './app.js';
import type { App } from './app.js';
import type { Config } from './config.js';
import { ensureDefaultWorkspace, ensureDevelopmentKey, writePrivately } from './development-key.js';
import { greeting } from './greeting.js';
import { newSignInLink } from './new-sign-in-link.js';
import { createLog, migrate, startEmbeddedPostgres, systemClock } from './platform/index.js';
import type { EmbeddedPostgres, Log } from './platform/index.js';

const HELP = `Onefold, the open customer-data graph.

  npm start                 run the server: GraphQL and WebSocket at /graphql, GraphiQL at /
  npm run migrate           bring the database at DATABASE_URL up to date
  npm run key -- --name Shop [--scopes INGEST,READ] [--source default] [--workspace 1]
                            make an API key in the database at DATABASE_URL (default: every scope)
  npm run key -- --new-workspace Acme --name Shop
                            the same in a new workspace
  npm run -s sign-in        print a new link to GraphiQL on this machine (PORT as the server's)
  npm run demo -- --help    fill a running server with a believable shop

Settings are environment variables (PORT, HOST, DATABASE_URL, REDIS_URL, ONEFOLD_DIR, …): docs/configuration.md.
Without DATABASE_URL a private PostgreSQL runs in ONEFOLD_DIR.
`;

const OPTIONS = {
  help: { type: 'boolean', short: 'h' },
  name: { type: 'string' },
  scopes: { type: 'string' },
  source: { type: 'string', default: 'default' },
  workspace: { type: 'string' },
  'new-workspace': { type: 'string' },
} as const;

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({ options: OPTIONS, allowPositionals: true });
  const [command = 'serve'] = positionals;
  if (values.help) return void console.log(HELP);
  const config = readConfig();
  const log = createLog(config.LOG_LEVEL);
  if (command === 'serve') return serve(config, log);
  if (command === 'migrate') return migrateDatabase(config, log);
  if (command === 'key') return makeKey(config, log, values);
  if (command === 'sign-in') return void console.log(await newSignInLink(config, systemClock.now()));
  throw new ConfigError(`There is no command "${command}".\n\n${HELP}`);
}

async function serve(config: Config, log: Log): Promise<void> {
  const embedded = config.DATABASE_URL ? null : await startEmbedded(config);
  let app: App;
  let developmentKey: string | null = null;
  try {
    const databaseUrl = config.DATABASE_URL ?? embedded?.url ?? '';
    const applied = await migrate(databaseUrl);
    if (applied.length > 0) log.info({ migrations: applied }, 'the database is up to date');
    if (embedded) developmentKey = await prepareEmbedded(config, log, embedded);
    app = await startApp({ config, databaseUrl, log, developmentKey });
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
  log.info(
    { url: app.url, database: embedded ? 'embedded' : 'external', redis: Boolean(config.REDIS_URL) },
    'ready',
  );
  console.log(greeting({ config, url: app.url, developmentKey, now: systemClock.now() }));
  stopOnSignals(log, async () => {
    await app.stop();
    await embedded?.stop();
  });
}

function startEmbedded(config: Config): Promise<EmbeddedPostgres> {
  return startEmbeddedPostgres({ directory: config.ONEFOLD_DIR }).catch((error: Error) => {
    throw new ConfigError(error.message, { cause: error });
  });
}

async function prepareEmbedded(config: Config, log: Log, embedded: EmbeddedPostgres): Promise<string> {
  await writePrivately(config.ONEFOLD_DIR, 'database-url', `${embedded.url}\n`);
  const database = await connectDatabase({ config, log, databaseUrl: embedded.url });
  try {
    return await ensureDevelopmentKey(database, config.ONEFOLD_DIR);
  } finally {
    await database.close();
  }
}

async function migrateDatabase(config: Config, log: Log): Promise<void> {
  const applied = await migrate(databaseUrlOf(config));
  log.info({ migrations: applied }, applied.length > 0 ? 'migrated' : 'the database was up to date');
}

interface KeyOptions {
  name?: string | undefined;
  scopes?: string | undefined;
  source: string;
  workspace?: string | undefined;
  'new-workspace'?: string | undefined;
}

async function makeKey(config: Config, log: Log, options: KeyOptions): Promise<void> {
  const databaseUrl = databaseUrlOf(config);
  const scopes = (options.scopes?.split(',') ?? ALL_SCOPES).map(parseScope);
  if (!options.name) throw new ConfigError('Say what the key is for: --name "Shop".');
  await migrate(databaseUrl);
  const database = await connectDatabase({ config, log, databaseUrl });
  try {
    const name = options['new-workspace'];
    const workspaceId = name
      ? await createWorkspace(database, systemClock, { name })
      : Number(options.workspace ?? (await ensureDefaultWorkspace(database)));
    const { secret } = await database.transaction(workspaceId, (tx) =>
      createApiKey(tx, { name: options.name ?? '', source: options.source, scopes, now: systemClock.now() }),
    );
    console.log(secret);
    console.error(`A key of workspace ${workspaceId} with ${scopes.join(', ')}. It cannot be shown again.`);
  } finally {
    await database.close();
  }
}

function parseScope(text: string): Scope {
  const scope = ALL_SCOPES.find((known) => String(known) === text.trim().toUpperCase());
  if (!scope) throw new ConfigError(`There is no scope "${text}". Scopes: ${ALL_SCOPES.join(', ')}.`);
  return scope;
}

function databaseUrlOf(config: Config): string {
  if (config.DATABASE_URL) return config.DATABASE_URL;
  throw new ConfigError(
    'This works on the database at DATABASE_URL: set it. The embedded database is migrated at every start, has its key in ' +
      `${config.ONEFOLD_DIR}/development-key, and gets more keys by the mutation createApiKey.`,
  );
}

/** Once is a request to finish in order; a second time means at once. */
function stopOnSignals(log: Log, stop: () => Promise<void>): void {
  let stopping = false;
  const onSignal = (signal: NodeJS.Signals) => {
    if (stopping) process.exit(1);
    stopping = true;
    log.info({ signal }, 'stopping: answering what is under way');
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'could not stop in order');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}

/** What to tell whoever starts it: a message with the remedy; a stack only where nobody has foreseen the error. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE')
    return `${error.message}. Something listens there already: set PORT to another one.`;
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND') {
    return `${error.message}. The database at DATABASE_URL cannot be reached: start it, or mend the address.`;
  }
  return code === undefined && FORESEEN.has(error.name) ? error.message : (error.stack ?? error.message);
}

const FORESEEN = new Set(['ConfigError', 'OnefoldError']);

main().catch((error: unknown) => {
  console.error(explain(error));
  process.exitCode = 1;
});
