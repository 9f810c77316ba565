import { Authenticator } from './access/index.js';
import { DefinitionUsers } from './definitions/index.js';
import type { Config } from './config.js';
import { ComposedFeatures } from './compose-features.js';
import { cursorSecret } from './cursor-secret.js';
import { ALL, FEATURES, only } from './features.js';
import { HttpDrain } from './http-drain.js';
import { createHttpServer } from './http-server.js';
import type { ServerParts } from './server-parts.js';
import { listen } from './listen.js';
import { Cursors, OperationGate } from './platform/graphql/index.js';
import { Database, ListenerReads, Signals, systemClock } from './platform/index.js';
import type { Clock, Log } from './platform/index.js';
import { Jobs } from './platform/jobs/index.js';
import { HeldIds } from './profiles/index.js';
import { createSchema } from './schema.js';
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

const LOOK_FOR_WORK_EVERY_MS = 500;
/** How long a stop waits for what is under way; from then on it is refused. */
const FINISH_WITHIN_MS = 10_000;
/** For those who are refused to be told. */
const REFUSE_WITHIN_MS = 2_000;

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
  const secret = await cursorSecret(database);
  const reads = new ListenerReads(config.DATABASE_POOL_SIZE);
  const features = new ComposedFeatures({ config, log, clock, database, signals, reads });
  let draining = false;
  const schema = createSchema();
  const gate = new OperationGate({
    schema,
    introspection: config.INTROSPECTION,
    // GraphiQL on the same machine reads the schema before anybody has given it a key.
    keylessIntrospection: developmentKey !== null,
    nestable: only('nestable'),
    lift: only('lift'),
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
      [Cursors, new Cursors(secret)],
      [HeldIds, new HeldIds(secret)],
      [DefinitionUsers, new DefinitionUsers(ALL.users)],
      [ListenerReads, reads],
      [Signals, signals],
      ...features.services,
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
    lanes: features.lanes(),
  });

  const stop = async (): Promise<void> => {
    draining = true;
    drain.begin(config.LINGER_MS);
    const patience = setTimeout(() => database.abort(), FINISH_WITHIN_MS);
    // Sockets before their streams: a stream that ended would tell its client that there is no more to come.
    await sockets.close();
    features.closeStreams();
    await drain.finish(FINISH_WITHIN_MS + REFUSE_WITHIN_MS);
    await apollo.stop();
    await features.drain();
    await jobs.stop();
    clearTimeout(patience);
    signals.close();
    await database.close();
  };
  return { url, database, stop, abort: () => database.abort() };
}
