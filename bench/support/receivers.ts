import { createHash } from 'node:crypto';
import { WebSocket } from 'ws';

/** What a parent process asks of this one: so many sockets that follow segments, and what they have been told. */
export type Ask =
  | {
      kind: 'open';
      url: string;
      apiKey: string;
      query: string;
      segments: string[];
      perSegment: number;
      after?: string;
    }
  | { kind: 'report' }
  | { kind: 'close' };

/** Of one socket. */
export interface Told {
  segment: string;
  count: number;
  /** Of all cursors, in the order in which they came. */
  digest: string;
  /** Messages that were no whole change. */
  wrong: number;
  /** The codes with which the server closed it; each time it went on with its last cursor. */
  closed: number[];
}

/** Follows one segment, and goes on with its cursor when its socket is closed. */
class Receiver {
  private readonly segment: string;
  private readonly asked: Extract<Ask, { kind: 'open' }>;
  private readonly hash = createHash('sha256');
  private readonly closed: number[] = [];
  private socket: WebSocket | undefined;
  private count = 0;
  private wrong = 0;
  private last: string | undefined;
  private isOver = false;

  constructor(segment: string, asked: Extract<Ask, { kind: 'open' }>) {
    this.segment = segment;
    this.asked = asked;
    this.last = asked.after;
  }

  /** Resolves when the server has taken the key. */
  open(): Promise<void> {
    const socket = new WebSocket(this.asked.url, 'graphql-transport-ws');
    this.socket = socket;
    socket.on('error', () => undefined);
    socket.on('open', () =>
      socket.send(JSON.stringify({ type: 'connection_init', payload: { apiKey: this.asked.apiKey } })),
    );
    socket.on('close', (code) => {
      if (this.isOver) return;
      this.closed.push(code);
      setTimeout(() => void this.open(), Math.random() * 1_000);
    });
    return new Promise((resolve) => {
      socket.on('message', (data: Buffer) => {
        const text = data.toString('latin1');
        if (!text.startsWith('{"type":"connection_ack"')) return this.receive(text);
        const variables = { segments: [this.segment], after: this.last };
        const payload = { query: this.asked.query, variables };
        socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload }));
        resolve();
      });
    });
  }

  told(): Told {
    const { segment, count, wrong, closed } = this;
    return { segment, count, wrong, closed, digest: this.hash.copy().digest('hex') };
  }

  close(): void {
    this.isOver = true;
    this.socket?.terminate();
  }

  /** Reads the cursor off the text: parsing it all would take longer than the server does. */
  private receive(text: string): void {
    const from = text.indexOf('"cursor":"') + '"cursor":"'.length;
    const isWhole = from >= '"cursor":"'.length && !text.includes('"errors"') && !text.includes(':null');
    if (!isWhole) {
      this.wrong += 1;
      return;
    }
    this.last = text.slice(from, text.indexOf('"', from));
    this.hash.update(this.last);
    this.count += 1;
  }
}

let receivers: Receiver[] = [];

async function answer(ask: Ask): Promise<Told[] | null> {
  if (ask.kind === 'report') return receivers.map((one) => one.told());
  for (const one of receivers) one.close();
  receivers = [];
  if (ask.kind === 'close') return null;
  receivers = ask.segments.flatMap((segment) =>
    Array.from({ length: ask.perSegment }, () => new Receiver(segment, ask)),
  );
  await Promise.all(receivers.map((one) => one.open()));
  return null;
}

process.on('message', (ask: Ask) => void answer(ask).then((result) => process.send?.(result)));
process.on('disconnect', () => process.exit());
