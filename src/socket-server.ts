import type { IncomingMessage, Server } from 'node:http';
import { createSourceEventStream, execute, GraphQLError } from 'graphql';
import type { ExecutionArgs, ExecutionResult } from 'graphql';
import { CloseCode } from 'graphql-ws';
import type { Context, SubscribePayload } from 'graphql-ws';
import { useServer } from 'graphql-ws/use/ws';
import type { Extra } from 'graphql-ws/use/ws';
import { v7 } from 'uuid';
import { WebSocketServer } from 'ws';
import { inactiveKeys, keyFrom, RequestContext } from './access/index.js';
import type { Principal } from './access/index.js';
import { contextFor } from './http-server.js';
import type { ServerParts } from './http-server.js';
import { MAX_ERRORS, maskError, REQUEST_BYTES } from './platform/graphql/index.js';
import { OnefoldError } from './platform/index.js';
import type { Log } from './platform/index.js';

/** Close codes: docs/subscriptions.md is the protocol. */
const UNAUTHORIZED = CloseCode.Unauthorized;
const INACTIVE = CloseCode.Forbidden;
const INTERNAL = CloseCode.InternalServerError;

const KEYS_LOOKED_AT_EVERY_MS = 400;
const MAX_OPERATIONS_PER_SOCKET = 100;
const TOO_MANY_OPERATIONS = new GraphQLError(
  `One socket carries at most ${MAX_OPERATIONS_PER_SOCKET} operations at a time.`,
  {
    extensions: { code: 'THROTTLED' },
  },
);
const DRAIN_MS = 2_000;

interface SocketExtra {
  principal?: Principal;
}
type SocketContext = Context<Record<string, unknown> | undefined, Extra & Partial<SocketExtra>>;

/** GraphQL over WebSocket at /graphql: graphql-transport-ws. */
export class SocketServer {
  private readonly sockets = new Map<WebSocketLike, Principal>();
  private readonly server: WebSocketServer;
  private readonly protocol: { dispose: () => void | Promise<void> };
  private readonly keyWatch: NodeJS.Timeout;

  constructor(
    httpServer: Server,
    private readonly parts: ServerParts,
  ) {
    this.server = new WebSocketServer({ server: httpServer, path: '/graphql', maxPayload: REQUEST_BYTES });
    this.protocol = useServer<Record<string, unknown> | undefined, Partial<SocketExtra>>(
      {
        onConnect: (socket) => this.connect(socket),
        onSubscribe: (socket, _id, payload) => this.prepare(socket, payload),
        onNext: (_socket, _id, _payload, args, result) =>
          masked(result, (args.contextValue as RequestContext).log),
        onError: (_socket, _id, _payload, errors) => errors.map((error) => maskError(error, parts.log)),
        subscribe: (args) => subscribeWithContext(args),
        execute: (args) => executeWithContext(args),
      },
      this.server,
    );
    this.keyWatch = setInterval(() => void this.closeInactive(), KEYS_LOOKED_AT_EVERY_MS);
  }

  /** Closes every socket with 1001: the client will come back, here or elsewhere, with its cursor. */
  async close(): Promise<void> {
    clearInterval(this.keyWatch);
    const closed = Promise.resolve(this.protocol.dispose());
    await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, DRAIN_MS).unref())]);
    for (const socket of this.server.clients) socket.terminate();
  }

  private async connect(socket: SocketContext): Promise<boolean> {
    const { socket: connection, request } = socket.extra;
    try {
      const context = await contextFor(authorizationOf(socket.connectionParams, request), v7(), this.parts);
      socket.extra.principal = context.viewer;
      if (connection.readyState !== connection.OPEN) return false;
      this.sockets.set(connection, context.viewer);
      connection.once('close', () => this.sockets.delete(connection));
      return true;
    } catch (error) {
      const known = error instanceof OnefoldError ? error : null;
      if (!known) this.parts.log.error({ err: error }, 'a socket could not be opened');
      const code = known ? (known.code === 'KEY_INACTIVE' ? INACTIVE : UNAUTHORIZED) : INTERNAL;
      connection.close(code, known?.message.slice(0, 120) ?? 'Something went wrong on our side.');
      return false;
    }
  }

  /** The same gate as over HTTP. Errors are given back, not thrown: a throw would close the whole socket. */
  private async prepare(
    socket: SocketContext,
    { query, variables, operationName }: SubscribePayload,
  ): Promise<ExecutionArgs | readonly GraphQLError[]> {
    const { schema, gate } = this.parts;
    if (Object.keys(socket.subscriptions).length > MAX_OPERATIONS_PER_SOCKET) return [TOO_MANY_OPERATIONS];
    const contextValue = this.newContext(socket);
    const keyId = contextValue.principal?.keyId ?? null;
    const prepared = await gate.prepare({ query, variables, operationName, keyId, context: contextValue });
    if ('errors' in prepared) return prepared.errors;
    const { document, variables: variableValues } = prepared;
    return { schema, document, variableValues, operationName, contextValue };
  }

  private newContext(socket: SocketContext): RequestContext {
    const { database, clock, services, log } = this.parts;
    const requestId = v7();
    return new RequestContext({
      database,
      clock,
      services,
      requestId,
      principal: socket.extra.principal ?? null,
      log: log.child({ requestId }),
    });
  }

  /** A key that was revoked or has expired takes its sockets with it. */
  private async closeInactive(): Promise<void> {
    const byWorkspace = Map.groupBy(this.sockets, ([, principal]) => principal.workspaceId);
    for (const [workspaceId, sockets] of byWorkspace) {
      const ids = [...new Set(sockets.map(([, principal]) => principal.keyId))];
      try {
        const inactive = await this.parts.database.transaction(workspaceId, (tx) =>
          inactiveKeys(tx, ids, this.parts.clock.now()),
        );
        for (const [socket, principal] of sockets)
          if (inactive.has(principal.keyId))
            socket.close(INACTIVE, 'The API key has expired or was revoked.');
      } catch (error) {
        this.parts.log.warn({ err: error }, 'the keys of open sockets could not be looked at');
      }
    }
  }
}

type WebSocketLike = Extra['socket'];

function authorizationOf(params: Record<string, unknown> | undefined, request: IncomingMessage): string {
  const apiKey =
    params?.apiKey ?? params?.Authorization ?? params?.authorization ?? request.headers.authorization;
  const text = typeof apiKey === 'string' ? apiKey : '';
  return keyFrom(text) ? text : `Bearer ${text}`;
}

function masked(result: ExecutionResult, log: Log): ExecutionResult {
  if (!result.errors) return result;
  const errors = result.errors.slice(0, MAX_ERRORS).map((error) => maskError(error, log));
  return { ...result, errors: errors as unknown as GraphQLError[] };
}

async function executeWithContext(args: ExecutionArgs): Promise<ExecutionResult> {
  const context = args.contextValue as RequestContext;
  try {
    return await execute(args);
  } finally {
    await context.close();
  }
}

/**
 * As graphql-js's own, but with contexts that end: what was read for one event must not be served for one that came
 * later, and no connection is held between events. Events that a source found together (`batch`) may share what was
 * read.
 */
async function subscribeWithContext(
  args: ExecutionArgs,
): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult> {
  let context = args.contextValue as RequestContext;
  let batch: unknown;
  const events = await createSourceEventStream(args).finally(() => context.close());
  if (!(Symbol.asyncIterator in events)) return events;
  const source = events[Symbol.asyncIterator]() as AsyncIterator<{ batch?: object }>;
  const results: AsyncIterableIterator<ExecutionResult> = {
    [Symbol.asyncIterator]: () => results,
    async next() {
      const event = await source.next();
      if (event.done) return { value: undefined, done: true };
      if (!event.value.batch || event.value.batch !== batch) context = context.renewed();
      batch = event.value.batch;
      const value = await execute({ ...args, rootValue: event.value, contextValue: context });
      await context.end();
      if (value.errors) {
        // Resolvers may still be at work for an answer that failed: none of them may read on.
        await context.close();
        batch = undefined;
      }
      return { value, done: false };
    },
    async return() {
      await source.return?.();
      return { value: undefined, done: true };
    },
  };
  return results;
}
