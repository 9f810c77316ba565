import type { IncomingMessage, Server } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { GraphQLError, OperationTypeNode } from 'graphql';
import type { ExecutionResult } from 'graphql';
import { CloseCode, handleProtocols, makeServer } from 'graphql-ws';
import type { Context, SubscribePayload } from 'graphql-ws';
import { v7 } from 'uuid';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { inactiveKeys, keyFrom, RequestContext } from './access/index.js';
import type { Principal } from './access/index.js';
import { requestContextFor } from './http-server.js';
import type { ServerParts } from './server-parts.js';
import { KEYLESS_BYTES, MAX_ERRORS, maskError, REQUEST_BYTES } from './platform/graphql/index.js';
import { ERRORS, ListenerReads, turns } from './platform/index.js';
import { answer } from './socket-answer.js';
import type { Asking } from './socket-answer.js';
import { SocketMessages } from './socket-messages.js';
import { SocketWriter } from './socket-writer.js';
import { Subscriptions } from './subscriptions.js';
import type { Subscriber, Subscribing } from './subscriptions.js';

/** Close codes: docs/subscriptions.md is the protocol. */
const INACTIVE = CloseCode.Forbidden;
const INTERNAL = CloseCode.InternalServerError;
const GOING_AWAY = 1001;
const TOO_LARGE = 1009;
/** "Try again later": clients connect again and resume. */
const TRY_AGAIN = 1013;

/** What keeps a socket from opening for good; anything else may pass. */
const CLOSE_CODES: Partial<Record<string, number>> = {
  UNAUTHENTICATED: CloseCode.Unauthorized,
  KEY_INACTIVE: INACTIVE,
  INTERNAL_SERVER_ERROR: INTERNAL,
};

const PING_EVERY_MS = 12_000;
const KEYS_LOOKED_AT_EVERY_MS = 400;
const MAX_OPERATIONS_PER_SOCKET = 100;
const TOO_MANY_OPERATIONS = new GraphQLError(
  `One socket carries at most ${MAX_OPERATIONS_PER_SOCKET} operations at a time.`,
  {
    extensions: { code: 'THROTTLED', retryAfterMs: 1_000 },
  },
);
const DRAINING = new GraphQLError(ERRORS.UNAVAILABLE.message, { extensions: { code: 'UNAVAILABLE' } });
const DRAIN_MS = 2_000;

interface SocketExtra {
  socket: WebSocket;
  request: IncomingMessage;
  writer: SocketWriter;
  principal?: Principal;
}
type SocketContext = Context<Record<string, unknown> | undefined, SocketExtra>;

/** GraphQL over WebSocket at /graphql: graphql-transport-ws. */
export class SocketServer {
  private readonly principals = new Map<WebSocket, Principal>();
  private readonly server: WebSocketServer;
  private readonly subscriptions: Subscriptions;
  private readonly keyWatch: NodeJS.Timeout;
  private isLooking = false;
  /** Queries and mutations. */
  private readonly underWay = new Set<Promise<unknown>>();

  constructor(
    httpServer: Server,
    private readonly parts: ServerParts,
  ) {
    this.subscriptions = new Subscriptions(parts.schema, parts.services.get(ListenerReads) as ListenerReads);
    this.server = new WebSocketServer({
      server: httpServer,
      path: '/graphql',
      maxPayload: REQUEST_BYTES,
      handleProtocols,
    });
    const protocol = makeServer<Record<string, unknown> | undefined, SocketExtra>({
      onConnect: (context) => this.connect(context),
      onSubscribe: (context, id, payload) => this.prepare(context, id, payload),
      onNext: (_context, _id, _payload, _args, { errors = [] }) => ({ errors: this.masked(errors) }),
      onError: (_context, _id, _payload, errors) => this.masked(errors),
      subscribe: (args) => this.subscriptions.begin(args as Subscribing),
      execute: (args) => this.execute(args as Asking),
    });
    this.server.on('connection', (socket, request) => this.accept(socket, request, protocol));
    this.server.on('error', (error) => parts.log.error({ err: error }, 'the WebSocket server failed'));
    this.keyWatch = setInterval(() => void this.closeInactive(), KEYS_LOOKED_AT_EVERY_MS);
  }

  /**
   * Answers the queries and mutations under way, then closes every socket with 1001: the client will come back, here or
   * elsewhere, with its cursor.
   */
  async close(): Promise<void> {
    clearInterval(this.keyWatch);
    await Promise.allSettled(this.underWay);
    await nextTurn();
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const socket of this.server.clients) socket.close(GOING_AWAY, 'The server is going away.');
    await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, DRAIN_MS).unref())]);
    for (const socket of this.server.clients) socket.terminate();
  }

  private accept(socket: WebSocket, request: IncomingMessage, protocol: Protocol): void {
    const { log } = this.parts;
    const extra: SocketExtra = { socket, request, writer: new SocketWriter(socket, request.socket) };
    // The library closes the socket with the code that fits (1009: a message was too large).
    socket.on('error', (error) => log.info({ reason: error.message }, 'a socket broke the protocol'));
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        send: (text) => sendText(socket, text),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (handle) => {
          const messages = new SocketMessages({
            // graphql-ws reads texts; what has been read already it only checks.
            handle: (message) => handle(message as string),
            keyId: () => extra.principal?.keyId ?? null,
            keylessBytes: KEYLESS_BYTES,
            refuseTooLarge: () => socket.close(TOO_LARGE, 'The message is too large. Send smaller ones.'),
            onError: (error) => {
              log.error({ err: error }, 'a message could not be handled');
              socket.close(INTERNAL, 'Something went wrong on our side.');
            },
          });
          socket.on('message', (data: Buffer) => messages.receive(data));
        },
      },
      extra,
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
      const context = await requestContextFor(authorizationOf(connectionParams, request), v7(), this.parts);
      extra.principal = context.viewer;
      if (socket.readyState !== socket.OPEN) return false;
      this.principals.set(socket, context.viewer);
      socket.once('close', () => this.principals.delete(socket));
      return true;
    } catch (error) {
      const { message, extensions } = maskError(error, this.parts.log);
      socket.close(CLOSE_CODES[String(extensions.code)] ?? TRY_AGAIN, message.slice(0, 120));
      return false;
    }
  }

  /**
   * The same gate as over HTTP. Operations that begin take turns: somebody who begins thousands holds up nobody else.
   * Errors are given back, not thrown: a throw would close the whole socket.
   */
  private async prepare(
    context: SocketContext,
    id: string,
    { query, variables, operationName }: SubscribePayload,
  ): Promise<Asking | Subscribing | readonly GraphQLError[]> {
    const { principal, writer } = context.extra;
    if (this.parts.isDraining()) return [DRAINING];
    if (!principal || Object.keys(context.subscriptions).length > MAX_OPERATIONS_PER_SOCKET)
      return [TOO_MANY_OPERATIONS];
    const { keyId } = principal;
    await turns.next(keyId);
    // Given up before its turn came: nobody waits for an answer.
    if (!(id in context.subscriptions)) return [TOO_MANY_OPERATIONS];
    const contextValue = this.newContext(principal);
    const asked = { query, variables, operationName, keyId, context: contextValue };
    const prepared = await this.parts.gate.prepare(asked).catch((error: unknown) => ({
      errors: [new GraphQLError('', { originalError: error as Error })],
    }));
    if ('errors' in prepared) return prepared.errors;
    const { document, operation, cost } = prepared;
    const args = {
      schema: this.parts.schema,
      document,
      operationName,
      variableValues: prepared.variables,
    };
    return operation.operation === OperationTypeNode.SUBSCRIPTION
      ? { ...args, id, cost: cost.asked, ...this.subscriber({ ...context.extra, principal }) }
      : { ...args, id, cost, contextValue, writer };
  }

  private subscriber({ socket, writer, principal }: SocketExtra & { principal: Principal }): Subscriber {
    return {
      principal,
      writer,
      newContext: (options) => this.newContext(principal, options),
      giveUp: (error) => {
        this.parts.log.warn({ err: error }, 'a subscription could not go on: its socket is closed to resume');
        socket.close(TRY_AGAIN, 'Nothing can be read just now. Connect again, with your cursor.');
      },
    };
  }

  private execute(asking: Asking): AsyncGenerator<never> | ExecutionResult {
    // Looked at in the turn in which it begins: from then on a stop waits for it.
    if (this.parts.isDraining()) return { errors: [DRAINING] };
    const answered = answer(asking);
    this.underWay.add(answered);
    return untilDone(answered.finally(() => this.underWay.delete(answered)));
  }

  private masked(errors: readonly GraphQLError[]): GraphQLError[] {
    const masked = errors.slice(0, MAX_ERRORS).map((error) => maskError(unwrapped(error), this.parts.log));
    return masked as unknown as GraphQLError[];
  }

  private newContext(principal: Principal, options: { isListener?: boolean } = {}): RequestContext {
    const { database, clock, services, log } = this.parts;
    const requestId = v7();
    return new RequestContext({
      database,
      clock,
      services,
      requestId,
      principal,
      log: log.child({ requestId }),
      ...options,
    });
  }

  /** A key that was revoked or has expired takes its sockets with it. */
  private async closeInactive(): Promise<void> {
    if (this.isLooking) return;
    this.isLooking = true;
    try {
      await this.lookForInactive();
    } finally {
      this.isLooking = false;
    }
  }

  private async lookForInactive(): Promise<void> {
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

/** An operation that gives graphql-ws nothing to send but its end. */
// eslint-disable-next-line require-yield -- what it tells is written elsewhere
async function* untilDone(done: Promise<void>): AsyncGenerator<never> {
  await done;
}

/** graphql-ws wraps what a stream threw; inside is what happened, and where. */
function unwrapped(error: GraphQLError): GraphQLError {
  return error.originalError instanceof GraphQLError ? error.originalError : error;
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
