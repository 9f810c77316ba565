import {
  CloseCode,
  GRAPHQL_TRANSPORT_WS_PROTOCOL,
  MessageType,
  parseMessage,
  stringifyMessage,
} from 'graphql-ws';
import type { Message } from 'graphql-ws';
import { exactly, unrounded } from './exact-json.js';
import { OnefoldError, refusal } from './onefold-error.js';
import type { ErrorEntry } from './onefold-error.js';
import type { Endpoint, Operation } from './send-operation.js';
import { openSocket } from './web-socket.js';
import type { Socket } from './web-socket.js';

const ID = '1';
const HANDSHAKE_MS = 10_000;
const SIGN_OF_LIFE_EVERY_MS = 15_000;
/** Results kept for a slow taker: some 5 MB. What the server has on its way at an overflow is sent a second time. */
const MOST_KEPT = 10_000;

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
 *
 * A WebSocket cannot be told to wait. So when a slow taker has too many results before it, the socket is closed, and
 * this ends after the last result that was kept: subscribe again from there.
 * @throws OnefoldError when the socket closes (DISCONNECTED when another one may do better) or the operation is refused
 */
export async function* socketSubscription<Result>(
  endpoint: Endpoint,
  operation: Operation,
  signal?: AbortSignal,
): AsyncGenerator<Result, void, undefined> {
  signal?.throwIfAborted();
  const line = new Line<Result>(endpoint, operation);
  const abort = () => line.end(new OnefoldError('DISCONNECTED', 'The signal was aborted.'));
  signal?.addEventListener('abort', abort, { once: true });
  try {
    for (let result = await line.take(); result !== undefined; result = await line.take()) yield result;
  } finally {
    signal?.removeEventListener('abort', abort);
    line.close();
  }
}

/** The socket, and what has come from it and was not taken yet. */
class Line<Result> {
  private readonly socket: Socket;
  private readonly results: Result[] = [];
  private ending: OnefoldError | 'full' | undefined;
  private wake: (() => void) | undefined;
  private isAlive = true;
  private readonly handshake: ReturnType<typeof setTimeout>;
  private readonly watch: ReturnType<typeof setInterval>;

  constructor(
    { url, apiKey, webSocket }: Endpoint,
    private readonly operation: Operation,
  ) {
    this.socket = openSocket(url, GRAPHQL_TRANSPORT_WS_PROTOCOL, webSocket);
    this.socket.onopen = () => this.send({ type: MessageType.ConnectionInit, payload: { apiKey } });
    this.socket.onmessage = ({ data }: { data: unknown }) => this.receive(String(data));
    this.socket.onerror = ({ message }: { message?: string }) =>
      this.end(disconnected(message || `${url} cannot be reached.`));
    this.socket.onclose = ({ code, reason }: { code: number; reason: string }) =>
      this.end(closed(code, reason));
    this.handshake = setTimeout(
      () => this.end(disconnected(`${url} did not answer within ${HANDSHAKE_MS / 1_000} s.`)),
      HANDSHAKE_MS,
    );
    this.watch = setInterval(() => this.lookForLife(), SIGN_OF_LIFE_EVERY_MS);
  }

  /** The next result, also those that came before the end; undefined when those after it were not kept. */
  async take(): Promise<Result | undefined> {
    for (;;) {
      const result = this.results.shift();
      if (result !== undefined) return result;
      if (this.ending === 'full') return undefined;
      if (this.ending) throw this.ending;
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }

  end(ending: OnefoldError | 'full'): void {
    this.ending ??= ending;
    this.close();
    this.wake?.();
  }

  close(): void {
    clearTimeout(this.handshake);
    clearInterval(this.watch);
    this.socket.close(1000);
  }

  private receive(text: string): void {
    this.isAlive = true;
    if (this.ending) return;
    try {
      this.handle(parseMessage(text, unrounded));
    } catch (error) {
      this.end(new OnefoldError('BAD_RESPONSE', (error as Error).message));
    }
  }

  private handle(message: Message): void {
    switch (message.type) {
      case MessageType.ConnectionAck:
        clearTimeout(this.handshake);
        return this.send({ id: ID, type: MessageType.Subscribe, payload: this.operation });
      case MessageType.Ping:
        return this.send({ type: MessageType.Pong });
      case MessageType.Next:
        return this.keep(message.payload as { data?: Result | null; errors?: readonly ErrorEntry[] });
      case MessageType.Error:
        return this.end(refusal(message.payload));
      case MessageType.Complete:
        return this.end(disconnected('The server ended the subscription.'));
      default:
        return undefined;
    }
  }

  private keep({ data, errors }: { data?: Result | null; errors?: readonly ErrorEntry[] }): void {
    if (errors?.length || !data) return this.end(refusal(errors ?? []));
    this.results.push(data);
    if (this.results.length >= MOST_KEPT) return this.end('full');
    this.wake?.();
  }

  private send(message: Message): void {
    this.socket.send(stringifyMessage(message, exactly));
  }

  /** A connection whose other end has vanished never says so. Browsers do not let us send the frames for it. */
  private lookForLife(): void {
    if (!this.isAlive) return this.end(disconnected('The connection has been silent for too long.'));
    this.isAlive = false;
    this.send({ type: MessageType.Ping });
  }
}

function disconnected(message: string): OnefoldError {
  return new OnefoldError('DISCONNECTED', message);
}

function closed(closeCode: number, reason: string): OnefoldError {
  const [code, remedy] = FINAL.get(closeCode) ?? ['DISCONNECTED', 'Connect again with the last cursor.'];
  const why = reason ? `${closeCode}, ${reason.replace(/\.$/, '')}` : String(closeCode);
  return new OnefoldError(code, `The socket was closed (${why}). ${remedy}`, { closeCode });
}
