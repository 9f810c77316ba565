import {
  CloseCode,
  GRAPHQL_TRANSPORT_WS_PROTOCOL,
  MessageType,
  parseMessage,
  stringifyMessage,
} from 'graphql-ws';
import type { Message } from 'graphql-ws';
import { WebSocket } from 'ws';
import { OnefoldError, refusal } from './onefold-error.js';
import type { ErrorEntry } from './onefold-error.js';
import type { Endpoint, Operation } from './send-operation.js';

const ID = '1';
const HANDSHAKE_MS = 10_000;
const SIGN_OF_LIFE_EVERY_MS = 15_000;
const QUEUE_FULL = 500;
const QUEUE_LOW = 100;

/** After these another try would end alike: the code and what to do instead. */
const FINAL: ReadonlyMap<number, [code: string, remedy: string]> = new Map([
  [CloseCode.BadRequest, ['BAD_REQUEST', 'Use a client of the same version as the server.']],
  [CloseCode.Unauthorized, ['UNAUTHENTICATED', 'Give createClient a key of this server as `apiKey`.']],
  [
    CloseCode.Forbidden,
    ['KEY_INACTIVE', 'Make a client with another key, and go on `after` the last change you dealt with.'],
  ],
  [CloseCode.SubprotocolNotAcceptable, ['BAD_REQUEST', 'Is `url` the address of Onefold?']],
  [CloseCode.SubscriberAlreadyExists, ['BAD_REQUEST', 'Report this as a fault of the client.']],
  [CloseCode.TooManyInitialisationRequests, ['BAD_REQUEST', 'Report this as a fault of the client.']],
]);

/**
 * The results of one operation, on one socket of its own, over graphql-transport-ws. graphql-ws has a client too, but
 * in some cases it reconnects by itself with the variables it began with: what came since then would come twice.
 * @throws OnefoldError when the socket closes (DISCONNECTED when another one may do better) or the operation is refused
 */
export async function* socketSubscription<Result>(
  endpoint: Endpoint,
  operation: Operation,
  signal?: AbortSignal,
): AsyncGenerator<Result, never, undefined> {
  signal?.throwIfAborted();
  const line = new Line<Result>(endpoint, operation);
  const abort = () => line.end(new OnefoldError('DISCONNECTED', 'The signal was aborted.'));
  signal?.addEventListener('abort', abort, { once: true });
  try {
    for (;;) yield await line.take();
  } finally {
    signal?.removeEventListener('abort', abort);
    line.close();
  }
}

/** The socket, and what has come from it and was not taken yet. */
class Line<Result> {
  private readonly socket: WebSocket;
  private readonly results: Result[] = [];
  private ending: OnefoldError | undefined;
  private wake: (() => void) | undefined;
  private alive = true;
  private readonly watch: NodeJS.Timeout;

  constructor({ url, apiKey }: Endpoint, operation: Operation) {
    this.socket = new WebSocket(url.replace(/^http/, 'ws'), GRAPHQL_TRANSPORT_WS_PROTOCOL, {
      handshakeTimeout: HANDSHAKE_MS,
    });
    this.socket.on('open', () => this.send({ type: MessageType.ConnectionInit, payload: { apiKey } }));
    this.socket.on('message', (data: Buffer) => this.receive(data.toString(), operation));
    this.socket.on('ping', () => (this.alive = true));
    this.socket.on('pong', () => (this.alive = true));
    this.socket.on('error', (error) => this.end(new OnefoldError('DISCONNECTED', error.message)));
    this.socket.on('close', (code, reason) => this.end(closed(code, reason.toString())));
    this.watch = setInterval(() => this.lookForLife(), SIGN_OF_LIFE_EVERY_MS);
  }

  /**
   * The next result, also those that came before the end. While nobody takes, the socket is not read on: the server
   * waits with the rest, and nothing piles up.
   */
  async take(): Promise<Result> {
    for (;;) {
      const result = this.results.shift();
      if (this.socket.isPaused && this.results.length < QUEUE_LOW) this.socket.resume();
      if (result !== undefined) return result;
      if (this.ending) throw this.ending;
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }

  end(ending: OnefoldError): void {
    this.ending ??= ending;
    this.wake?.();
  }

  close(): void {
    clearInterval(this.watch);
    // On a paused socket the other side's answer to a close would never be read.
    if (this.socket.isPaused) this.socket.terminate();
    else this.socket.close(1000);
  }

  private receive(text: string, operation: Operation): void {
    this.alive = true;
    if (this.ending) return;
    try {
      this.handle(parseMessage(text), operation);
    } catch (error) {
      this.end(new OnefoldError('BAD_RESPONSE', (error as Error).message));
    }
  }

  private handle(message: Message, operation: Operation): void {
    switch (message.type) {
      case MessageType.ConnectionAck:
        return this.send({ id: ID, type: MessageType.Subscribe, payload: operation });
      case MessageType.Ping:
        return this.send({ type: MessageType.Pong });
      case MessageType.Next:
        return this.keep(message.payload as { data?: Result | null; errors?: readonly ErrorEntry[] });
      case MessageType.Error:
        return this.end(refusal(message.payload));
      case MessageType.Complete:
        return this.end(new OnefoldError('DISCONNECTED', 'The server ended the subscription.'));
      default:
        return undefined;
    }
  }

  private keep({ data, errors }: { data?: Result | null; errors?: readonly ErrorEntry[] }): void {
    if (errors?.length || !data) return this.end(refusal(errors ?? []));
    this.results.push(data);
    if (this.results.length >= QUEUE_FULL) this.socket.pause();
    this.wake?.();
  }

  private send(message: Message): void {
    this.socket.send(stringifyMessage(message));
  }

  /** A connection whose other end has vanished never says so. */
  private lookForLife(): void {
    if (this.socket.isPaused || this.socket.readyState !== WebSocket.OPEN) return;
    if (!this.alive) return this.socket.terminate();
    this.alive = false;
    this.socket.ping();
  }
}

function closed(closeCode: number, reason: string): OnefoldError {
  const [code, remedy] = FINAL.get(closeCode) ?? ['DISCONNECTED', 'Connect again with the last cursor.'];
  const why = reason ? `${closeCode}, ${reason.replace(/\.$/, '')}` : String(closeCode);
  return new OnefoldError(code, `The socket was closed (${why}). ${remedy}`, { closeCode });
}
