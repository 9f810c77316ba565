import { Authenticator } from './access/index.js';
import { DefinitionUsers } from './definitions/index.js';
import type { Config } from './config.js';
import { cursorSecret } from './cursor-secret.js';
import { FEATURES, PARTS, RUN_KINDS } from './features.js';
import { HttpDrain } from './http-drain.js';
import { createHttpServer } from './http-server.js';
import type { ServerParts } from './server-parts.js';
import { Merging } from './identity/index.js';
import { aheadJob, IngestQueue, liftItems } from './ingest/index.js';
import { listen } from './listen.js';
import { Cursors, OperationGate } from './platform/graphql/index.js';
import { Database, ListenerReads, Signals, systemClock } from './platform/index.js';
import type { Clock, Log } from './platform/index.js';
import { Jobs } from './platform/jobs/index.js';
import { NESTABLE_RULES } from './rules/index.js';
import { RunJob, RunTypes } from './runs/index.js';
import { createSchema } from './schema.js';
import { buildJob, ChangeFeed, expiryJob, lookAgain, recheckJob } from './segments/index.js';
import { SocketServer } from './socket-server.js';

interface AppOptions {
  config: Config;
  /** A migrated database. */
  databaseUrl: string;
  log: Log;
  clock?: Clock;
  developmentKey?: string | null;
}

export interface App {
  /** Where it listens, such as `http://127.0.0.1:4000`. */
  url: string;
  database: Database;
  /** Answers what is under way, or refuses what takes too long, then lets go of everything. */
  stop(): Promise<void>;
  /** Refuses what is under way, so that `stop` has nothing to wait for. */
  abort(): void;
}

/** How long a change may take to be noticed when no signal comes. */
const POLL_EVERY_MS = 1_000;
const LOOK_FOR_WORK_EVERY_MS = 500;
/** How long a stop waits for what is under way; from then on it is refused. */
const FINISH_WITHIN_MS = 10_000;
/** For those who are refused to be told. */
const REFUSE_WITHIN_MS = 2_000;
const MAX_WAITING_ITEMS = 20_000;
const MAX_WAITING_BYTES = 64 * 1024 * 1024;

export async function connectDatabase({
  databaseUrl,
  log,
  config,
  signals,
}: Pick<AppOptions, 'databaseUrl' | 'log' | 'config'> & { signals?: Signals }): Promise<Database> {
  return Database.connect({
    url: databaseUrl,
    entities: FEATURES.flatMap(({ entities = [] }) => entities),
    poolSize: config.DATABASE_POOL_SIZE,
    log,
    onSignal: (topic, details) => signals?.send(topic, details),
  });
}

/** Puts everything together and starts it; the other way round to stop. */
export async function startApp(options: AppOptions): Promise<App> {
  const { config, log } = options;
  const signals = config.REDIS_URL ? Signals.overRedis(config.REDIS_URL, log) : Signals.inProcess();
  let database: Database | undefined;
  try {
    database = await connectDatabase({ ...options, signals });
    return await serve({ ...options, database, signals });
  } catch (error) {
    signals.close();
    await database?.close();
    throw error;
  }
}

/** Begins nothing that would outlive a failure before it listens. */
async function serve({
  config,
  log,
  clock = systemClock,
  developmentKey = null,
  database,
  signals,
}: AppOptions & { database: Database; signals: Signals }): Promise<App> {
  const cursors = new Cursors(await cursorSecret(database));
  const onError = (error: unknown) =>
    log.warn({ err: error }, 'the change log could not be read; it is tried again');
  const reads = new ListenerReads(config.DATABASE_POOL_SIZE);
  const feed = new ChangeFeed({ database, signals, reads, pollEveryMs: POLL_EVERY_MS, onError });
  const merging = new Merging(PARTS, lookAgain);
  const queue = new IngestQueue({
    database,
    clock,
    merging,
    concurrency: config.INGEST_CONCURRENCY,
    maxWaitingItems: MAX_WAITING_ITEMS,
    maxWaitingBytes: MAX_WAITING_BYTES,
  });
  let draining = false;
  const schema = createSchema();
  const gate = new OperationGate({
    schema,
    introspection: config.INTROSPECTION,
    // GraphiQL on the same machine reads the schema before anybody has given it a key.
    keylessIntrospection: developmentKey !== null,
    nestable: NESTABLE_RULES,
    lift: liftItems,
  });
  const parts: ServerParts = {
    schema,
    gate,
    config,
    database,
    signals,
    clock,
    log,
    authenticator: new Authenticator(database, clock),
    services: new Map<unknown, unknown>([
      [ChangeFeed, feed],
      [Cursors, cursors],
      [DefinitionUsers, new DefinitionUsers(FEATURES.flatMap(({ users = [] }) => users))],
      [IngestQueue, queue],
      [ListenerReads, reads],
      [Merging, merging],
      [RunTypes, new RunTypes(RUN_KINDS)],
      [Signals, signals],
    ]),
    developmentKey,
    isDraining: () => draining,
  };
  const { httpServer, apollo } = await createHttpServer(parts);
  const drain = new HttpDrain(httpServer);
  const url = await listen(httpServer, config);
  // Only now: graphql-ws prints the stack of a server that could not listen.
  const sockets = new SocketServer(httpServer, parts);
  const jobs = new Jobs({
    ...{ database, clock, signals, log, pollEveryMs: LOOK_FOR_WORK_EVERY_MS },
    lanes: [[buildJob(database, clock)], [aheadJob(), recheckJob()], [expiryJob], [new RunJob(RUN_KINDS)]],
  });

  const stop = async (): Promise<void> => {
    draining = true;
    drain.begin(config.LINGER_MS);
    const patience = setTimeout(() => database.abort(), FINISH_WITHIN_MS);
    // Sockets before their streams: a stream that ended would tell its client that there is no more to come.
    await sockets.close();
    feed.close();
    await drain.finish(FINISH_WITHIN_MS + REFUSE_WITHIN_MS);
    await apollo.stop();
    await queue.drain();
    await jobs.stop();
    clearTimeout(patience);
    signals.close();
    await database.close();
  };
  return { url, database, stop, abort: () => database.abort() };
}
