import type { IncomingMessage, Server } from 'node:http';
import {
  execute,
  getOperationAST,
  GraphQLError,
  OperationTypeNode,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import type { ExecutionArgs, ExecutionResult } from 'graphql';
import { CloseCode, handleProtocols, makeServer } from 'graphql-ws';
import type { Context, SubscribePayload } from 'graphql-ws';
import { v7 } from 'uuid';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { inactiveKeys, keyFrom, RequestContext } from './access/index.js';
import type { Principal } from './access/index.js';
import { contextFor } from './http-server.js';
import type { ServerParts } from './http-server.js';
import { liftItems } from './ingest/index.js';
import {
  checkCost,
  maskError,
  operationRules,
  PARSE_OPTIONS,
  REQUEST_BYTES,
} from './platform/graphql/index.js';
import { ERRORS, OnefoldError } from './platform/index.js';
import type { Log } from './platform/index.js';
import { SocketWriter } from './socket-writer.js';
import { Subscriptions } from './subscriptions.js';
import type { Subscribing } from './subscriptions.js';

/** Close codes: docs/subscriptions.md is the protocol. */
const UNAUTHORIZED = CloseCode.Unauthorized;
const INACTIVE = CloseCode.Forbidden;
const INTERNAL = CloseCode.InternalServerError;
const GOING_AWAY = 1001;
/** "Try again later": clients connect again and resume. */
const TRY_AGAIN = 1013;

const PING_EVERY_MS = 12_000;
const KEYS_LOOKED_AT_EVERY_MS = 400;
const MAX_OPERATIONS_PER_SOCKET = 100;
const MAX_ERRORS = 20;
const TOO_MANY_OPERATIONS = new GraphQLError(
  `One socket carries at most ${MAX_OPERATIONS_PER_SOCKET} operations at a time.`,
  {
    extensions: { code: 'THROTTLED' },
  },
);
const UNCLEAR_OPERATION = new GraphQLError(ERRORS.OPERATION_RESOLUTION_FAILURE.message, {
  extensions: { code: 'OPERATION_RESOLUTION_FAILURE' },
});
const DRAIN_MS = 2_000;

interface SocketExtra {
  socket: WebSocket;
  request: IncomingMessage;
  writer: SocketWriter;
  principal?: Principal;
}
type SocketContext = Context<Record<string, unknown> | undefined, SocketExtra>;

/** A query or mutation, with what it may return: told with its answer. */
interface Costed extends ExecutionArgs {
  cost: { asked: number; left: number };
}

/** GraphQL over WebSocket at /graphql: graphql-transport-ws. */
export class SocketServer {
  private readonly principals = new Map<WebSocket, Principal>();
  private readonly server: WebSocketServer;
  private readonly subscriptions: Subscriptions;
  private readonly keyWatch: NodeJS.Timeout;

  constructor(
    httpServer: Server,
    private readonly parts: ServerParts,
  ) {
    this.subscriptions = new Subscriptions(parts.schema, parts.config.DATABASE_POOL_SIZE);
    this.server = new WebSocketServer({
      server: httpServer,
      path: '/graphql',
      maxPayload: REQUEST_BYTES,
      handleProtocols,
    });
    const protocol = makeServer<Record<string, unknown> | undefined, SocketExtra>({
      onConnect: (context) => this.connect(context),
      onSubscribe: (context, id, payload) => this.prepare(context, id, payload),
      onNext: (_context, _id, _payload, args, result) =>
        masked(result, (args.contextValue as RequestContext | undefined)?.log ?? parts.log),
      onError: (_context, _id, _payload, errors) =>
        errors.map((error) => maskError(unwrapped(error), parts.log)),
      subscribe: (args) => this.subscriptions.begin(args as Subscribing),
      execute: (args) => executeWithContext(args as Costed),
    });
    this.server.on('connection', (socket, request) => this.accept(socket, request, protocol));
    this.server.on('error', (error) => parts.log.error({ err: error }, 'the WebSocket server failed'));
    this.keyWatch = setInterval(() => void this.closeInactive(), KEYS_LOOKED_AT_EVERY_MS);
  }

  /** Closes every socket with 1001: the client will come back, here or elsewhere, with its cursor. */
  async close(): Promise<void> {
    clearInterval(this.keyWatch);
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const socket of this.server.clients) socket.close(GOING_AWAY, 'The server is going away.');
    await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, DRAIN_MS).unref())]);
    for (const socket of this.server.clients) socket.terminate();
  }

  private accept(socket: WebSocket, request: IncomingMessage, protocol: Protocol): void {
    const { log } = this.parts;
    // The library closes the socket with the code that fits (1009: a message was too large).
    socket.on('error', (error) => log.info({ reason: error.message }, 'a socket broke the protocol'));
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        send: (text) => sendText(socket, text),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (handle) =>
          socket.on('message', (data) => {
            Promise.resolve(handle(String(data as Buffer))).catch((error: unknown) => {
              log.error({ err: error }, 'a message could not be handled');
              socket.close(INTERNAL, 'Something went wrong on our side.');
            });
          }),
      },
      { socket, request, writer: new SocketWriter(socket, request.socket) },
    );
    const stopPinging = keepAlive(socket);
    socket.once('close', (code, reason) => {
      stopPinging();
      void closed(code, String(reason));
    });
  }

  private async connect({ extra, connectionParams }: SocketContext): Promise<boolean> {
    const { socket, request } = extra;
    try {
      const context = await contextFor(authorizationOf(connectionParams, request), v7(), this.parts);
      extra.principal = context.viewer;
      if (socket.readyState !== socket.OPEN) return false;
      this.principals.set(socket, context.viewer);
      socket.once('close', () => this.principals.delete(socket));
      return true;
    } catch (error) {
      const known = error instanceof OnefoldError ? error : null;
      if (!known) this.parts.log.error({ err: error }, 'a socket could not be opened');
      const code = known ? (known.code === 'KEY_INACTIVE' ? INACTIVE : UNAUTHORIZED) : INTERNAL;
      socket.close(code, known?.message.slice(0, 120) ?? 'Something went wrong on our side.');
      return false;
    }
  }

  /**
   * Preparing takes turns: somebody who begins thousands of operations holds up nobody else. Errors are given back, not
   * thrown: a throw would close the whole socket.
   */
  private prepare(
    context: SocketContext,
    id: string,
    payload: SubscribePayload,
  ): Promise<ExecutionArgs | readonly GraphQLError[]> | readonly GraphQLError[] {
    const { principal } = context.extra;
    if (!principal || Object.keys(context.subscriptions).length > MAX_OPERATIONS_PER_SOCKET)
      return [TOO_MANY_OPERATIONS];
    return this.subscriptions.turns.take(principal.keyId, () => {
      // Given up before its turn came: nobody waits for an answer.
      if (!(id in context.subscriptions)) return [TOO_MANY_OPERATIONS];
      try {
        return this.prepareNow({ ...context.extra, principal }, id, payload);
      } catch (error) {
        if (error instanceof GraphQLError) return [coded(error)];
        return [new GraphQLError('', { originalError: error as Error })];
      }
    });
  }

  /** The same bounds as over HTTP. */
  private prepareNow(
    { socket, principal, writer }: SocketExtra & { principal: Principal },
    id: string,
    payload: SubscribePayload,
  ): Costed | Subscribing | readonly GraphQLError[] {
    const { schema, config, log } = this.parts;
    const variableValues = payload.variables ?? {};
    const { operationName } = payload;
    const document = parse(payload.query, PARSE_OPTIONS);
    const rules = [...specifiedRules, ...operationRules(config.INTROSPECTION)];
    const faults = validate(schema, document, rules, { maxErrors: MAX_ERRORS });
    if (faults.length > 0) return faults.map((fault) => withCode(fault, 'GRAPHQL_VALIDATION_FAILED'));
    const operation = getOperationAST(document, operationName);
    if (!operation) return [UNCLEAR_OPERATION];
    const cost = checkCost(schema, document, variableValues, operation);
    const newContext = () => this.newContext(principal);
    if (operation.operation !== OperationTypeNode.SUBSCRIPTION) {
      const contextValue = newContext();
      const variables = liftItems(operation, variableValues, contextValue);
      return { schema, document, variableValues: variables, operationName, contextValue, cost };
    }
    const giveUp = (error: unknown) => {
      log.warn({ err: error }, 'a subscription could not go on: its socket is closed, so that it resumes');
      socket.close(TRY_AGAIN, 'Nothing can be read just now. Connect again, with your cursor.');
    };
    return {
      schema,
      document,
      variableValues,
      operationName,
      id,
      cost: cost.asked,
      principal,
      newContext,
      writer,
      giveUp,
    };
  }

  private newContext(principal: Principal): RequestContext {
    const { database, clock, services, log } = this.parts;
    const requestId = v7();
    return new RequestContext({
      database,
      clock,
      services,
      requestId,
      principal,
      log: log.child({ requestId }),
    });
  }

  /** A key that was revoked or has expired takes its sockets with it. */
  private async closeInactive(): Promise<void> {
    const byWorkspace = Map.groupBy(this.principals, ([, principal]) => principal.workspaceId);
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

type Protocol = ReturnType<typeof makeServer<Record<string, unknown> | undefined, SocketExtra>>;

function authorizationOf(params: Record<string, unknown> | undefined, request: IncomingMessage): string {
  const apiKey =
    params?.apiKey ?? params?.Authorization ?? params?.authorization ?? request.headers.authorization;
  const text = typeof apiKey === 'string' ? apiKey : '';
  return keyFrom(text) ? text : `Bearer ${text}`;
}

function withCode(error: GraphQLError, code: string): GraphQLError {
  if (error.extensions.code === undefined) error.extensions.code = code;
  return error;
}

function masked(result: ExecutionResult, log: Log): ExecutionResult {
  if (!result.errors) return result;
  const errors = result.errors.slice(0, MAX_ERRORS).map((error) => maskError(error, log));
  return { ...result, errors: errors as unknown as GraphQLError[] };
}

async function executeWithContext(args: Costed): Promise<ExecutionResult> {
  const context = args.contextValue as RequestContext;
  try {
    return { ...(await execute(args)), extensions: { cost: args.cost } };
  } finally {
    await context.close();
  }
}

/** graphql-ws wraps what a stream threw; inside is what happened, and where. */
function unwrapped(error: GraphQLError): GraphQLError {
  return error.originalError instanceof GraphQLError ? error.originalError : error;
}

function coded(error: GraphQLError): GraphQLError {
  return withCode(
    error,
    error.message.startsWith('Syntax Error') ? 'GRAPHQL_PARSE_FAILED' : 'BAD_USER_INPUT',
  );
}

function sendText(socket: WebSocket, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    if (socket.readyState !== socket.OPEN) return resolve();
    socket.send(text, (error) => (error ? reject(error) : resolve()));
  });
}

/** Drops a connection that does not answer a ping until the next one. */
function keepAlive(socket: WebSocket): () => void {
  let isAlive = true;
  socket.on('pong', () => {
    isAlive = true;
  });
  const timer = setInterval(() => {
    if (!isAlive) return socket.terminate();
    isAlive = false;
    socket.ping();
  }, PING_EVERY_MS);
  return () => clearInterval(timer);
}
