import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';

/** Characters that one write hands to a socket before it waits: what a slow reader costs in memory. */
const AT_ONCE = 64 * 1024;

/** Writes many small messages to a socket with few system calls. */
export class SocketWriter {
  constructor(
    private readonly socket: WebSocket,
    private readonly connection: Socket,
  ) {}

  /** Parts messages into writes. */
  *parts(messages: readonly string[]): Generator<readonly string[]> {
    let first = 0;
    let characters = 0;
    for (let index = 0; index < messages.length; index += 1) {
      characters += messages[index]?.length ?? 0;
      if (characters < AT_ONCE && index < messages.length - 1) continue;
      yield messages.slice(first, index + 1);
      first = index + 1;
      characters = 0;
    }
  }

  /** Resolves when the operating system has taken them, or the socket is closing. */
  write(messages: readonly string[]): Promise<void> {
    return new Promise((resolve) => {
      if (this.socket.readyState !== this.socket.OPEN) return resolve();
      this.connection.cork();
      const last = messages.length - 1;
      messages.forEach((message, index) =>
        this.socket.send(message, index === last ? () => resolve() : undefined),
      );
      this.connection.uncork();
    });
  }
}
