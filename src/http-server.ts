import type { Server } from 'node:http';
import { ApolloServer } from '@apollo/server';
import type { ApolloServerPlugin } from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled';
import { ApolloServerPluginDrainHttpServer } from '@apollo/server/plugin/drainHttpServer';
import { expressMiddleware } from '@as-integrations/express5';
import express from 'express';
import { GraphQLError, OperationTypeNode } from 'graphql';
import type { GraphQLSchema } from 'graphql';
import { RequestContext, keyFrom } from './access/index.js';
import type { Authenticator } from './access/index.js';
import type { Config } from './config.js';
import { liftItems } from './ingest/index.js';
import {
  checkCost,
  maskError,
  operationRules,
  PARSE_OPTIONS,
  REQUEST_BYTES,
} from './platform/graphql/index.js';
import {
  answerHeaders,
  becomesSocket,
  compress,
  createBoundedServer,
  crossOrigin,
  failures,
  negotiate,
  notFound,
  otherMethods,
  refuseLists,
  refuseOtherOrigins,
  statusOf,
} from './platform/http/index.js';
import { OnefoldError } from './platform/index.js';
import type { Clock, Database, Log, Signals } from './platform/index.js';
import { serveGraphiql } from './serve-graphiql.js';
import { serveHealth } from './serve-health.js';

export interface ServerParts {
  schema: GraphQLSchema;
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

const MAX_ERRORS = 20;
const SUBSCRIPTION_OVER_HTTP = new GraphQLError(
  'Subscriptions go over a WebSocket at this same path (graphql-transport-ws); docs/subscriptions.md is the protocol.',
  { extensions: { code: 'BAD_REQUEST', http: { status: 400 } } },
);

/** HTTP: GraphQL at /graphql, health, GraphiQL at /. */
export async function createHttpServer(
  parts: ServerParts,
): Promise<{ httpServer: Server; apollo: ApolloServer<RequestContext> }> {
  const app = express();
  const httpServer = createBoundedServer(app, {
    shouldUpgradeCallback: (request) => becomesSocket(request, '/graphql', parts.config),
  });
  const apollo = new ApolloServer<RequestContext>({
    schema: parts.schema,
    introspection: parts.config.INTROSPECTION,
    validationRules: operationRules(parts.config.INTROSPECTION),
    parseOptions: PARSE_OPTIONS,
    includeStacktraceInErrorResponses: false,
    formatError: (_, error) => maskError(error, null),
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginDrainHttpServer({ httpServer, stopGracePeriodMillis: 5_000 }),
      operationPlugin(parts),
    ],
    stopOnTerminationSignals: false,
    logger: quietLogger(parts.log),
  });
  await apollo.start();
  app.disable('x-powered-by').disable('etag').enable('strict routing').enable('case sensitive routing');
  app.use(answerHeaders);
  // Before all checks: a monitor may call the server by any name.
  serveHealth(app, parts);
  app.use(refuseOtherOrigins(parts.config));
  app.use(compress);
  if (parts.config.ALLOWED_ORIGINS) app.use('/graphql', crossOrigin(parts.config.ALLOWED_ORIGINS));
  const graphql = [
    negotiate,
    express.json({ limit: REQUEST_BYTES }),
    refuseLists,
    expressMiddleware(apollo, {
      context: ({ req, res }) => contextOf(req, String(res.getHeader('x-request-id')), parts),
    }),
  ];
  const others = otherMethods('GET, POST, OPTIONS');
  app.route('/graphql').head(others).get(graphql).post(graphql).all(others);
  if (parts.config.GRAPHIQL) serveGraphiql(app, parts);
  app.use(notFound);
  app.use(failures(parts.log));
  return { httpServer, apollo };
}

/** @throws GraphQLError UNAUTHENTICATED, KEY_INACTIVE when the key that came is of no use; without one it is null */
export async function contextFor(
  authorization: string | undefined,
  requestId: string,
  parts: ServerParts,
): Promise<RequestContext> {
  const secret = authorization === undefined ? null : keyFrom(authorization);
  if (authorization !== undefined && secret === null) throw new OnefoldError('UNAUTHENTICATED');
  const { database, clock, services } = parts;
  const principal = secret ? await parts.authenticator.authenticate(secret) : null;
  return new RequestContext({
    database,
    clock,
    services,
    principal,
    requestId,
    log: parts.log.child({ requestId }),
  });
}

async function contextOf(
  request: express.Request,
  requestId: string,
  parts: ServerParts,
): Promise<RequestContext> {
  try {
    return await contextFor(request.headers.authorization, requestId, parts);
  } catch (error) {
    const masked = maskError(error, parts.log);
    throw new GraphQLError(masked.message, {
      extensions: {
        ...masked.extensions,
        http: { status: statusOf([masked], request.headers.accept) ?? 500 },
      },
    });
  }
}

/** Bounds every operation before it runs, and gives its snapshot back afterwards. */
function operationPlugin(parts: ServerParts): ApolloServerPlugin<RequestContext> {
  return {
    requestDidStart: async () => {
      let cost: { asked: number; left: number } | undefined;
      return {
        didResolveOperation: async ({ document, operation, request, schema, contextValue }) => {
          if (operation?.operation === OperationTypeNode.SUBSCRIPTION) throw SUBSCRIPTION_OVER_HTTP;
          if (!operation) return;
          cost = checkCost(schema, document, request.variables ?? {}, operation);
          request.variables = liftItems(operation, request.variables ?? {}, contextValue);
        },
        didEncounterErrors: async ({ errors, contextValue }) => {
          for (const error of errors) maskError(error, contextValue.log);
        },
        willSendResponse: async ({ request, response, contextValue }) => {
          await contextValue.close();
          if (response.body.kind !== 'single') return;
          const result = response.body.singleResult;
          if (result.errors) result.errors = result.errors.slice(0, MAX_ERRORS);
          const status = statusOf(result.errors, request.http?.headers.get('accept'));
          // Apollo knows better where it has said more: 405 for a mutation by GET, say.
          if (status && result.data == null && [undefined, 200, 400, 500].includes(response.http.status))
            response.http.status = status;
          const retryAfterMs = result.errors
            ?.map((error) => error.extensions?.retryAfterMs)
            .find((ms) => ms !== undefined);
          if (cost)
            result.extensions = {
              ...result.extensions,
              cost: { ...cost, ...(retryAfterMs !== undefined && { retryAfterMs }) },
            };
          if (typeof retryAfterMs === 'number')
            response.http.headers.set('retry-after', String(Math.ceil(retryAfterMs / 1_000)));
          parts.log.debug(
            {
              requestId: contextValue.requestId,
              errors: result.errors?.map((error) => error.extensions?.code),
            },
            'answered',
          );
        },
      };
    },
  };
}

function quietLogger(log: Log): {
  debug(m: string): void;
  info(m: string): void;
  warn(m: string): void;
  error(m: string): void;
} {
  const component = log.child({ component: 'apollo' });
  return {
    debug: () => undefined,
    info: () => undefined,
    warn: (message) => component.warn(message),
    error: (message) => component.error(message),
  };
}
