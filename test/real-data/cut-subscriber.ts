import { WebSocket } from 'ws';

/** What is compared: what a change says, and its place in the log. */
export interface Change {
  cursor: string;
  kind: string;
  at: string;
  cause: string;
  segment: { key: string };
  profile: { id: string };
}

interface CutSubscriberOptions {
  /** Addresses of servers with one log: every connection goes to the next. */
  urls: readonly string[];
  apiKey: string;
  segments: readonly string[];
  after: string;
}

const QUERY = `subscription ($segments: [String!], $after: String) {
  segmentChanges(segments: $segments, after: $after) { cursor kind at cause segment { key } profile { id } } }`;

/** A third of the connections is cut early, often before the first change. */
const MOST_CHANGES = 600;
const MOST_MS = 400;

/**
 * Listens by the protocol alone, and has its own connection destroyed at random moments: after some number of
 * changes or some time, whichever comes first. What it knows is what it noted: each change, and so the last cursor.
 */
export class CutSubscriber {
  readonly changes: Change[] = [];
  /** Connections destroyed so far. */
  cuts = 0;
  private connections = 0;
  private cutting = true;
  private socket: WebSocket | undefined;
  private failure: Error | undefined;
  private readonly waiting: { cursor: string; resolve: () => void; reject: (error: Error) => void }[] = [];

  constructor(private readonly options: CutSubscriberOptions) {
    this.connect();
  }

  get last(): string {
    return this.changes.at(-1)?.cursor ?? this.options.after;
  }

  /** The connection that stands stays. */
  stopCutting(): void {
    this.cutting = false;
  }

  /** Resolves when the change with this cursor has come. */
  heard(cursor: string): Promise<void> {
    if (this.failure) return Promise.reject(this.failure);
    if (this.last === cursor) return Promise.resolve();
    return new Promise((resolve, reject) => this.waiting.push({ cursor, resolve, reject }));
  }

  close(): void {
    this.cutting = false;
    for (const event of ['message', 'close']) this.socket?.removeAllListeners(event);
    this.socket?.terminate();
  }

  private connect(): void {
    const { urls } = this.options;
    const url = urls[this.connections % urls.length] ?? '';
    this.connections += 1;
    const socket = new WebSocket(url.replace('http', 'ws'), 'graphql-transport-ws');
    this.socket = socket;
    let left = Math.floor(Math.random() ** 2 * MOST_CHANGES);
    let isCut = false;
    const cut = () => {
      if (!this.cutting || isCut) return;
      isCut = true;
      this.cuts += 1;
      // Whatever is still on its way on this connection is lost.
      socket.removeAllListeners('message');
      socket.terminate();
    };
    const timer = setTimeout(cut, Math.random() * MOST_MS);
    socket.on('open', () =>
      socket.send(JSON.stringify({ type: 'connection_init', payload: { apiKey: this.options.apiKey } })),
    );
    socket.on('message', (data: Buffer) => {
      this.receive(socket, JSON.parse(String(data)));
      if (left-- <= 0) cut();
    });
    socket.on('error', (error) => {
      if (!isCut) this.fail(error);
    });
    socket.on('close', (code, reason) => {
      clearTimeout(timer);
      if (isCut) this.connect();
      else this.fail(new Error(`The server closed the connection: ${code} ${String(reason)}`));
    });
  }

  private receive(
    socket: WebSocket,
    message: { type: string; payload?: { data?: { segmentChanges: Change } | null } },
  ): void {
    const change = message.payload?.data?.segmentChanges;
    if (message.type === 'connection_ack') {
      const variables = { segments: this.options.segments, after: this.last };
      socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: QUERY, variables } }));
    } else if (message.type === 'next' && change) this.note(change);
    else if (message.type !== 'ping') this.fail(new Error(`The server sent ${JSON.stringify(message)}`));
  }

  private note(change: Change): void {
    this.changes.push(change);
    for (const { cursor, resolve } of this.waiting) if (cursor === change.cursor) resolve();
  }

  private fail(error: Error): void {
    this.failure ??= error;
    this.close();
    for (const { reject } of this.waiting) reject(this.failure);
  }
}
