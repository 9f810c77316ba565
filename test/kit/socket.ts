import { WebSocket } from 'ws';
import { atEnd } from './at-end.js';
import type { GraphqlError } from './graphql.js';
import type { TestServer } from './start-server.js';

export interface Message {
  type: string;
  id?: string;
  // Data of a `next`, errors of an `error`.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  payload?: any;
}

interface Opening {
  /** Another key than the server's own; null = none. */
  key?: string | null;
  /** In place of `{ apiKey }`. */
  connectionParams?: Record<string, unknown>;
  headers?: Record<string, string>;
  protocol?: string;
}

const PATIENCE_MS = 10_000;

/** A client of graphql-transport-ws that does nothing by itself, so that a test sees every message. */
export class TestSocket {
  /** Everything said, both ways, for failures. */
  readonly transcript: string[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;
  private readonly inbox: Message[] = [];
  private readonly waiting: ((message: Message) => void)[] = [];
  private operations = 0;

  constructor(readonly raw: WebSocket) {
    this.closed = new Promise((resolve) => {
      raw.once('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    });
    raw.on('error', () => undefined);
    raw.on('message', (data: Buffer) => {
      this.transcript.push(`server → ${data.toString()}`);
      const message = JSON.parse(data.toString()) as Message;
      const waiter = this.waiting.shift();
      if (waiter) waiter(message);
      else this.inbox.push(message);
    });
  }

  send(message: Message | string): void {
    const text = typeof message === 'string' ? message : JSON.stringify(message);
    this.transcript.push(`client → ${text.slice(0, 1_000)}`);
    this.raw.send(text);
  }

  /** The next message of the server, in order. */
  next(): Promise<Message> {
    const [message] = this.inbox.splice(0, 1);
    if (message) return Promise.resolve(message);
    return this.within('no message came', (resolve) => this.waiting.push(resolve));
  }

  /** Opens a session: `connection_init`, `connection_ack`. */
  async init(payload?: Record<string, unknown>): Promise<void> {
    this.send({ type: 'connection_init', ...(payload && { payload }) });
    const message = await this.next();
    if (message.type !== 'connection_ack') throw this.failure(`no connection_ack but ${message.type}`);
  }

  /** Starts an operation, whatever its kind. @returns its id */
  subscribe(query: string, variables: Record<string, unknown> = {}): string {
    const id = String((this.operations += 1));
    this.send({ type: 'subscribe', id, payload: { query, variables } });
    return id;
  }

  /** The data of the next message, which must be a `next` without errors. */
  async nextData(): Promise<Message['payload']> {
    const message = await this.next();
    if (message.type !== 'next' || message.payload.errors) throw this.failure('that is no data');
    return message.payload.data;
  }

  /** The errors that the next message tells: an `error`, or a `next` with errors. */
  async nextErrors(): Promise<GraphqlError[]> {
    const { type, payload } = await this.next();
    const errors = (type === 'error' ? payload : payload?.errors) as GraphqlError[] | undefined;
    if (!errors) throw this.failure('those are no errors');
    return errors;
  }

  /** How the server closed the socket. */
  async closing(): Promise<{ code: number; reason: string }> {
    return this.within('it was not closed', (resolve) => void this.closed.then(resolve));
  }

  async close(): Promise<void> {
    this.raw.close(1000);
    await this.closed;
  }

  private within<T>(complaint: string, start: (resolve: (value: T) => void) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(this.failure(complaint)), PATIENCE_MS);
      start((value) => {
        clearTimeout(timer);
        resolve(value);
      });
    });
  }

  private failure(complaint: string): Error {
    return new Error(`${complaint}; so far:\n${this.transcript.join('\n')}`);
  }
}

/** Connects without a word: `init` is up to the test. */
export async function openSocket(
  server: Pick<TestServer, 'wsUrl'>,
  { headers, protocol = 'graphql-transport-ws' }: Opening = {},
): Promise<TestSocket> {
  const raw = new WebSocket(server.wsUrl, protocol, { headers });
  const socket = new TestSocket(raw);
  atEnd(async () => {
    raw.terminate();
    await socket.closed;
  });
  await new Promise<void>((resolve, reject) => {
    raw.once('open', resolve);
    raw.once('error', reject);
  });
  return socket;
}

/** A socket with a session: ready for `subscribe`. */
export async function connect(
  server: Pick<TestServer, 'wsUrl' | 'key'>,
  opening: Opening = {},
): Promise<TestSocket> {
  const socket = await openSocket(server, opening);
  const { key = server.key } = opening;
  await socket.init(opening.connectionParams ?? (key === null ? undefined : { apiKey: key }));
  return socket;
}
