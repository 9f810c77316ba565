import type { Server } from 'node:http';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled';
import { expressMiddleware } from '@as-integrations/express5';
import express from 'express';
import { RequestContext } from './access/index.js';
import type { Principal } from './access/index.js';
import { refuseWhileDraining } from './http-drain.js';
import { identify, principalOf, senderOf } from './identify.js';
import { operationPlugin, stringifyHttpAnswer } from './operation-plugin.js';
import { maskError } from './platform/graphql/index.js';
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
} from './platform/http/index.js';
import type { Log } from './platform/index.js';
import { readBody } from './read-body.js';
import { serveGraphiql } from './serve-graphiql.js';
import { serveHealth } from './serve-health.js';
import type { ServerParts } from './server-parts.js';

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
    // The gate has read and validated what is executed, and remembers it.
    documentStore: null,
    dangerouslyDisableValidation: true,
    introspection: true,
    includeStacktraceInErrorResponses: false,
    stringifyResult: stringifyHttpAnswer,
    formatError: (_, error) => maskError(error, null),
    plugins: [ApolloServerPluginCacheControlDisabled(), operationPlugin(parts)],
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
    identify(parts),
    readBody,
    refuseLists,
    refuseWhileDraining(parts),
    expressMiddleware(apollo, {
      context: async ({ res }) => newContext(senderOf(res), String(res.getHeader('x-request-id')), parts),
    }),
  ];
  const others = otherMethods('GET, POST, OPTIONS');
  app.route('/graphql').head(others).get(graphql).post(graphql).all(others);
  if (parts.config.GRAPHIQL) serveGraphiql(app, parts);
  app.use(notFound);
  app.use(failures(parts.log));
  return { httpServer, apollo };
}

/** @throws OnefoldError UNAUTHENTICATED, KEY_INACTIVE when the key that came is of no use */
export async function requestContextFor(
  authorization: string | undefined,
  requestId: string,
  parts: ServerParts,
): Promise<RequestContext> {
  return newContext(await principalOf(authorization, parts.authenticator), requestId, parts);
}

function newContext(
  principal: Principal | null,
  requestId: string,
  { database, clock, services, log }: ServerParts,
): RequestContext {
  return new RequestContext({
    database,
    clock,
    services,
    principal,
    requestId,
    log: log.child({ requestId }),
  });
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
