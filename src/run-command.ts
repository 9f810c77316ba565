import { ConfigError, readConfig } from './config.js';
import { connectDatabase, startApp } from './app.js';
import type { App } from './app.js';
import { HELP, readCommand } from './command-line.js';
import type { KeyWanted } from './command-line.js';
import type { Config } from './config.js';
import { ensureDevelopmentKey, writePrivately } from './development-key.js';
import { endOnSignals } from './end-on-signals.js';
import { explainFolder } from './explain-folder.js';
import { greeting } from './greeting.js';
import { makeKey } from './make-key.js';
import { newSignInLink } from './new-sign-in-link.js';
import { createLog, startEmbeddedPostgres, systemClock } from './platform/index.js';
import type { EmbeddedPostgres, Log } from './platform/index.js';
import { prepareDatabase } from './prepare-database.js';
import { requireNode } from './require-node.js';
import { announceUrl } from './server-url.js';

async function main(): Promise<void> {
  requireNode();
  const command = readCommand(process.argv.slice(2));
  if (command.name === 'help') return void console.log(HELP);
  const config = readConfig();
  const log = createLog(config.LOG_LEVEL);
  if (command.name === 'key') return printKey(config, log, command.wanted);
  if (command.name === 'migrate') return migrateDatabase(config, log);
  if (command.name === 'sign-in') return void console.log(await newSignInLink(config, systemClock.now()));
  return serve(config, log);
}

async function serve(config: Config, log: Log): Promise<void> {
  const running: Running = {};
  const started = start(config, log, running, (reason) => {
    console.error(`The database cannot be kept running. ${reason.message}`);
    end(1);
  });
  const end = endOnSignals(log, {
    async stop() {
      await started.catch(() => undefined);
      await running.withdrawUrl?.();
      await running.app?.stop();
      await running.embedded?.stop();
    },
    async force() {
      running.app?.abort();
      await running.embedded?.kill();
    },
  });
  await started;
}

/** What has been started so far. */
interface Running {
  withdrawUrl?: () => Promise<void>;
  embedded?: EmbeddedPostgres;
  app?: App;
}

async function start(
  config: Config,
  log: Log,
  running: Running,
  onGivenUp: (reason: Error) => void,
): Promise<void> {
  if (!config.DATABASE_URL) running.embedded = await startEmbedded(config, log, onGivenUp);
  const { embedded } = running;
  let developmentKey: string | null = null;
  try {
    const databaseUrl = config.DATABASE_URL ?? embedded?.url ?? '';
    const applied = await prepareDatabase(databaseUrl);
    if (applied.length > 0) log.info({ migrations: applied }, 'the database is up to date');
    if (embedded) developmentKey = await prepareEmbedded(config, log, embedded);
    running.app = await startApp({ config, databaseUrl, log, developmentKey });
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
  const { url } = running.app;
  if (embedded) running.withdrawUrl = await announceUrl(config.ONEFOLD_DIR, url);
  log.info({ url, database: embedded ? 'embedded' : 'external', redis: Boolean(config.REDIS_URL) }, 'ready');
  console.log(greeting({ config, url, developmentKey, now: systemClock.now() }));
}

function startEmbedded(
  config: Config,
  log: Log,
  onGivenUp: (reason: Error) => void,
): Promise<EmbeddedPostgres> {
  const directory = config.ONEFOLD_DIR;
  return startEmbeddedPostgres({ directory, log, onGivenUp }).catch(explainFolder(directory));
}

async function prepareEmbedded(config: Config, log: Log, embedded: EmbeddedPostgres): Promise<string> {
  await writePrivately(config.ONEFOLD_DIR, 'database-url', `${embedded.url}\n`).catch(
    explainFolder(config.ONEFOLD_DIR),
  );
  const database = await connectDatabase({ config, log, databaseUrl: embedded.url });
  try {
    return await ensureDevelopmentKey(database, config.ONEFOLD_DIR);
  } finally {
    await database.close();
  }
}

async function migrateDatabase(config: Config, log: Log): Promise<void> {
  const applied = await prepareDatabase(databaseUrlOf(config));
  log.info({ migrations: applied }, applied.length > 0 ? 'migrated' : 'the database was up to date');
}

async function printKey(config: Config, log: Log, wanted: KeyWanted): Promise<void> {
  const databaseUrl = databaseUrlOf(config);
  await prepareDatabase(databaseUrl);
  const database = await connectDatabase({ config, log, databaseUrl });
  try {
    const { secret, workspaceId } = await makeKey(database, wanted);
    console.log(secret);
    console.error(
      `A key of workspace ${workspaceId} with ${wanted.scopes.join(', ')}. It cannot be shown again.`,
    );
  } finally {
    await database.close();
  }
}

function databaseUrlOf(config: Config): string {
  if (config.DATABASE_URL) return config.DATABASE_URL;
  throw new ConfigError(
    'This works on the database at DATABASE_URL: set it. The embedded database is migrated at every start, has its key in ' +
      `${config.ONEFOLD_DIR}/development-key, and gets more keys by the mutation createApiKey.`,
  );
}

/** A foreseen failure says what to do; a stack helps only with what nobody foresaw. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return FORESEEN.has(error.name) ? error.message : (error.stack ?? error.message);
}

const FORESEEN = new Set(['ConfigError', 'OnefoldError']);

// A terminal or a pipe that is gone must not end the server before it has answered what is under way.
for (const output of [process.stdout, process.stderr]) output.on('error', () => undefined);

main().catch((error: unknown) => {
  console.error(explain(error));
  process.exitCode = 1;
});
