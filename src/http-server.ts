import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled';
import { ApolloServerPluginDrainHttpServer } from '@apollo/server/plugin/drainHttpServer';
import { expressMiddleware } from '@as-integrations/express5';
import express from 'express';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import { GraphQLError } from 'graphql';
import type { GraphQLSchema } from 'graphql';
import { v7 } from 'uuid';
import { RequestContext, keyFrom } from './access/index.js';
import type { Authenticator, Principal } from './access/index.js';
import type { Config } from './config.js';
import { operationPlugin, statusOf, stringifyAnswer } from './operation-plugin.js';
import { maskError } from './platform/graphql/index.js';
import type { OperationGate } from './platform/graphql/index.js';
import { ERRORS, OnefoldError } from './platform/index.js';
import type { Clock, Database, ErrorCode, Log, Signals } from './platform/index.js';
import { readBody } from './read-body.js';

export interface ServerParts {
  schema: GraphQLSchema;
  /** What every operation passes first, over HTTP and WebSocket. */
  gate: OperationGate<RequestContext>;
  config: Pick<Config, 'GRAPHIQL' | 'INTROSPECTION' | 'HOST'>;
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
    // The gate has read and validated what is executed, and remembers it.
    documentStore: null,
    dangerouslyDisableValidation: true,
    introspection: true,
    includeStacktraceInErrorResponses: false,
    stringifyResult: stringifyAnswer,
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
  app.disable('x-powered-by');
  app.use(withRequestId);
  app.get('/health/live', (_, response) => void response.json({ status: 'live' }));
  app.get('/health/ready', readiness(parts));
  app.use(
    '/graphql',
    readBody((authorization) => refusalOf(authorization, parts)),
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
  const principal = await principalOf(authorization, parts);
  const { database, clock, services } = parts;
  return new RequestContext({
    database,
    clock,
    services,
    principal,
    requestId,
    log: parts.log.child({ requestId }),
  });
}

async function principalOf(
  authorization: string | undefined,
  { authenticator }: ServerParts,
): Promise<Principal | null> {
  if (authorization === undefined) return null;
  const secret = keyFrom(authorization);
  if (secret === null) throw new OnefoldError('UNAUTHENTICATED');
  return authenticator.authenticate(secret);
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
      extensions: { ...masked.extensions, http: { status: statusOf([masked]) ?? 500 } },
    });
  }
}

/** Why a request is not that of a key; null = it is. */
function refusalOf(authorization: string | undefined, parts: ServerParts): Promise<unknown> {
  return principalOf(authorization, parts).then(
    (principal) => (principal ? null : new OnefoldError('UNAUTHENTICATED')),
    (error: unknown) => error,
  );
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
    const code = codeOf(error);
    if (code === 'INTERNAL_SERVER_ERROR')
      log.error({ err: error }, 'a request failed before it reached GraphQL');
    response
      .status(ERRORS[code].status)
      .json({ errors: [{ message: ERRORS[code].message, extensions: { code } }] });
  };
}

function codeOf(error: { type?: string; status?: number }): ErrorCode {
  if (error instanceof OnefoldError) return error.code;
  if (error.type === 'entity.too.large') return 'PAYLOAD_TOO_LARGE';
  return error.status && error.status < 500 ? 'BAD_REQUEST' : 'INTERNAL_SERVER_ERROR';
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
