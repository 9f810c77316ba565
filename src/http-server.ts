import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import { ApolloServer, HeaderMap } from '@apollo/server';
import type { ApolloServerPlugin } from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled';
import { expressMiddleware } from '@as-integrations/express5';
import express from 'express';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import { GraphQLError, OperationTypeNode } from 'graphql';
import type { GraphQLFormattedError, GraphQLSchema } from 'graphql';
import { v7 } from 'uuid';
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
import { ERRORS, OnefoldError } from './platform/index.js';
import type { Clock, Database, ErrorCode, Log, Signals } from './platform/index.js';

export interface ServerParts {
  schema: GraphQLSchema;
  config: Pick<Config, 'GRAPHIQL' | 'INTROSPECTION' | 'HOST' | 'DATABASE_POOL_SIZE'>;
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
const MAX_REQUEST_ID = 100;
const GRAPHIQL_FILES = fileURLToPath(new URL('../dist/graphiql', import.meta.url));
const GRAPHIQL_POLICY =
  "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; worker-src 'self' blob:; img-src 'self' data:; font-src 'self' data:; connect-src 'self' ws: wss:; frame-ancestors 'none'";

/** HTTP: GraphQL at /graphql, health, GraphiQL at /. */
export async function createHttpServer(
  parts: ServerParts,
): Promise<{ httpServer: Server; apollo: ApolloServer<RequestContext> }> {
  const app = express();
  const httpServer = createServer(app);
  const apollo = new ApolloServer<RequestContext>({
    schema: parts.schema,
    introspection: parts.config.INTROSPECTION,
    validationRules: operationRules(parts.config.INTROSPECTION),
    parseOptions: PARSE_OPTIONS,
    includeStacktraceInErrorResponses: false,
    formatError: (_, error) => maskError(error, null),
    plugins: [ApolloServerPluginCacheControlDisabled(), operationPlugin(parts)],
    stopOnTerminationSignals: false,
    logger: quietLogger(parts.log),
  });
  await apollo.start();
  app.disable('x-powered-by');
  app.use(withRequestId);
  app.get('/health/live', (_, response) => void response.json({ status: 'live' }));
  app.get('/health/ready', readiness(parts));
  app.use(
    '/graphql',
    express.json({ limit: REQUEST_BYTES }),
    refuseWhileDraining(parts),
    expressMiddleware(apollo, {
      context: ({ req, res }) => contextOf(req, String(res.getHeader('x-request-id')), parts),
    }),
  );
  if (parts.config.GRAPHIQL) serveGraphiql(app, parts);
  app.use(notFound);
  app.use(asJson(parts.log));
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
        http: { status: statusOf([masked]) ?? 500, headers: new HeaderMap(retryAfter([masked])) },
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
        willSendResponse: async ({ response, contextValue }) => {
          await contextValue.close();
          if (response.body.kind !== 'single') return;
          const result = response.body.singleResult;
          if (result.errors) result.errors = result.errors.slice(0, MAX_ERRORS);
          const status = statusOf(result.errors);
          // Apollo knows better where it has said so already: 405 for a mutation by GET, say.
          if (status && result.data == null && [undefined, 200, 500].includes(response.http.status))
            response.http.status = status;
          const retryAfterMs = retryAfterMsOf(result.errors);
          if (cost)
            result.extensions = {
              ...result.extensions,
              cost: { ...cost, ...(retryAfterMs !== undefined && { retryAfterMs }) },
            };
          for (const [name, value] of retryAfter(result.errors)) response.http.headers.set(name, value);
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

/** The HTTP status that fits the errors of a request that could not be answered at all. */
function statusOf(errors: readonly GraphQLFormattedError[] | undefined): number | undefined {
  const code = errors?.[0]?.extensions?.code;
  return typeof code === 'string' && code in ERRORS ? ERRORS[code as ErrorCode].status : undefined;
}

function retryAfterMsOf(errors: readonly GraphQLFormattedError[] | undefined): unknown {
  return errors?.map((error) => error.extensions?.retryAfterMs).find((ms) => ms !== undefined);
}

/** The header `Retry-After`, in seconds, if an error says when to come again. */
function retryAfter(errors: readonly GraphQLFormattedError[] | undefined): [string, string][] {
  const ms = retryAfterMsOf(errors);
  return typeof ms === 'number' ? [['retry-after', String(Math.ceil(ms / 1_000))]] : [];
}

/** Whoever still comes is told to come again: to another server, or to this one when it is back. */
function refuseWhileDraining(parts: ServerParts): RequestHandler {
  return (_request, response, next) => {
    if (!parts.isDraining()) return next();
    const error = maskError(new OnefoldError('UNAVAILABLE'), null);
    response.status(ERRORS.UNAVAILABLE.status).setHeaders(new Map(retryAfter([error])));
    response.json({ errors: [error] });
  };
}

const withRequestId: RequestHandler = (request, response, next) => {
  const given = request.get('x-request-id');
  response.setHeader(
    'x-request-id',
    given && /^[\w.:-]+$/.test(given) && given.length <= MAX_REQUEST_ID ? given : v7(),
  );
  next();
};

function readiness(parts: ServerParts): RequestHandler {
  return async (_, response) => {
    const database = await parts.database.ping();
    const ready = database && !parts.isDraining();
    const redis = parts.signals.connected;
    response.status(ready ? 200 : 503).json({
      status: ready ? 'ready' : 'not ready',
      database: database ? 'connected' : 'away',
      ...(redis !== null && { redis: redis ? 'connected' : 'away: changes are delivered by polling' }),
    });
  };
}

function serveGraphiql(app: express.Express, parts: ServerParts): void {
  app.get('/graphiql/config.json', (request, response) => {
    response.setHeader('cache-control', 'no-store');
    response.json({ developmentKey: isFromThisMachine(request) ? parts.developmentKey : null });
  });
  app.use(
    express.static(GRAPHIQL_FILES, {
      setHeaders: (response, path) => {
        response.setHeader('content-security-policy', GRAPHIQL_POLICY);
        response.setHeader('x-content-type-options', 'nosniff');
        response.setHeader(
          'cache-control',
          path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
        );
      },
    }),
  );
  app.get('/', (_, response) => {
    response
      .status(503)
      .type('text')
      .send('GraphiQL has not been built. Run `npm run build`, then load this page again.\n');
  });
}

/** By address and by name: a page elsewhere could otherwise have its own name resolve to this machine and read the key. */
function isFromThisMachine(request: express.Request): boolean {
  const address = request.socket.remoteAddress ?? '';
  const host = (request.headers.host ?? '').replace(/:\d+$/, '');
  return /^(127\.|::1$|::ffff:127\.)/.test(address) && ['localhost', '127.0.0.1', '[::1]'].includes(host);
}

const notFound: RequestHandler = (_, response) => {
  const { status, message } = ERRORS.NOT_FOUND;
  response.status(status).json({ errors: [{ message, extensions: { code: 'NOT_FOUND' } }] });
};

/** What goes wrong before GraphQL (a broken body, one that is too large) is told in the same form. */
function asJson(log: Log): ErrorRequestHandler {
  return (error: { type?: string; status?: number }, _request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const code =
      error.type === 'entity.too.large'
        ? 'PAYLOAD_TOO_LARGE'
        : error.type === 'entity.parse.failed'
          ? 'MALFORMED_JSON'
          : error.status && error.status < 500
            ? 'BAD_REQUEST'
            : 'INTERNAL_SERVER_ERROR';
    if (code === 'INTERNAL_SERVER_ERROR')
      log.error({ err: error }, 'a request failed before it reached GraphQL');
    response
      .status(ERRORS[code].status)
      .json({ errors: [{ message: ERRORS[code].message, extensions: { code } }] });
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
