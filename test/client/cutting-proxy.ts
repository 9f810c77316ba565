import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { atEnd } from '../kit/index.js';

/** A stretch of network that can be cut: passes connections on to a server. */
export class CuttingProxy {
  /** How many connections have been passed on. */
  connections = 0;
  /** New connections are cut at once. */
  closed = false;
  private readonly open = new Set<Socket>();

  private constructor(
    private readonly listener: Server,
    private target: number,
  ) {
    listener.on('connection', (socket) => this.pass(socket));
  }

  static async before(serverUrl: string): Promise<CuttingProxy> {
    const listener = createServer().listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const proxy = new CuttingProxy(listener, Number(new URL(serverUrl).port));
    atEnd(async () => {
      listener.close();
      proxy.cut();
    });
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.listener.address() as AddressInfo).port}/graphql`;
  }

  /** Later connections go there. */
  turnTo(serverUrl: string): void {
    this.target = Number(new URL(serverUrl).port);
  }

  /** Destroys every connection, with all that is on its way. */
  cut(): void {
    for (const socket of this.open) socket.destroy();
  }

  /** Resolves when nobody is connected any more. */
  async idle(): Promise<void> {
    await Promise.all([...this.open].map((socket) => once(socket, 'close')));
  }

  private pass(near: Socket): void {
    if (this.closed) {
      near.destroy();
      return;
    }
    this.connections += 1;
    const far = connect(this.target, '127.0.0.1');
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.open.add(from);
      from.on('error', () => undefined);
      from.on('close', () => {
        this.open.delete(from);
        to.destroy();
      });
      from.pipe(to);
    }
  }
}
