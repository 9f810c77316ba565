import { MessageType } from 'graphql-ws';
import { isTooMuchJson, readJson, turns } from './platform/index.js';

interface SocketMessagesOptions {
  /** Handles a message, as JSON that has been read. For `subscribe` it resolves when the operation has ended. */
  handle: (message: unknown) => Promise<void>;
  /** Whose turn it is to have a long message read; null before it is known, when long ones are refused. */
  keyId: () => string | null;
  /** Bytes that are read before the key is known. */
  keylessBytes: number;
  refuseTooLarge: () => void;
  onError: (error: unknown) => void;
}

interface Message {
  type?: unknown;
  id?: string;
}

/** Bytes of JSON that are read without waiting for a turn. */
const SHORT = 16 * 1024;

/**
 * The messages of one socket, in their order. Long ones wait for a turn before they are read.
 *
 * An id may be used again after `complete`, while the operation that had it is still ending. graphql-ws knows operations
 * by their ids alone and would take one for the other, so the later one waits.
 */
export class SocketMessages {
  private reading: Promise<void> | undefined;
  private readonly running = new Map<string, Promise<void>>();
  private readonly ending = new Set<string>();
  private readonly waiting = new Map<string, Message>();

  constructor(private readonly options: SocketMessagesOptions) {}

  receive(data: Buffer): void {
    const { keyId, keylessBytes, refuseTooLarge, onError } = this.options;
    if (data.length > (keyId() === null ? keylessBytes : Infinity) || isTooMuchJson(data)) {
      refuseTooLarge();
    } else if (!this.reading && data.length <= SHORT) {
      this.read(data);
    } else {
      const reading = (this.reading ?? Promise.resolve())
        .then(() => turns.next(keyId() ?? ''))
        .then(() => this.read(data))
        .catch(onError)
        .finally(() => {
          if (this.reading === reading) this.reading = undefined;
        });
      this.reading = reading;
    }
  }

  private read(data: Buffer): void {
    const text = data.toString();
    const message = parsed(text);
    const id = String(message.id);
    if (message.type === MessageType.Subscribe) this.subscribe(id, message);
    else if (message.type === MessageType.Complete) this.complete(id, message);
    // What is no JSON is graphql-ws's to refuse.
    else void this.hand(message.type === undefined ? text : message);
  }

  private subscribe(id: string, message: Message): void {
    const before = this.ending.has(id) && !this.waiting.has(id) ? this.running.get(id) : undefined;
    if (!before) return this.start(id, message);
    this.waiting.set(id, message);
    void before.then(() => {
      if (this.waiting.get(id) !== message) return;
      this.waiting.delete(id);
      this.start(id, message);
    });
  }

  private complete(id: string, message: Message): void {
    if (this.waiting.delete(id)) return;
    if (this.running.has(id)) this.ending.add(id);
    void this.hand(message);
  }

  private start(id: string, message: Message): void {
    const running = this.hand(message).finally(() => {
      if (this.running.get(id) !== running) return;
      this.running.delete(id);
      this.ending.delete(id);
    });
    this.running.set(id, running);
  }

  private hand(message: unknown): Promise<void> {
    return this.options.handle(message).catch(this.options.onError);
  }
}

function parsed(text: string): Message {
  try {
    const value: unknown = readJson(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
