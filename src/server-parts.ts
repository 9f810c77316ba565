import type { GraphQLSchema } from 'graphql';
import type { Authenticator, RequestContext } from './access/index.js';
import type { Config } from './config.js';
import type { OperationGate } from './platform/graphql/index.js';
import type { Clock, Database, Log, Signals } from './platform/index.js';

/** What a running server is made of, for all that serves requests. */
export interface ServerParts {
  schema: GraphQLSchema;
  /** What every operation passes first, over HTTP and WebSocket. */
  gate: OperationGate<RequestContext>;
  config: Config;
  database: Database;
  signals: Signals;
  clock: Clock;
  log: Log;
  authenticator: Authenticator;
  services: ReadonlyMap<unknown, unknown>;
  /** Filled in for GraphiQL; null unless the server runs embedded, for the machine it is on. */
  developmentKey: string | null;
  isDraining: () => boolean;
}
