import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { atEnd } from './at-end.js';

export interface TcpProxy {
  /** The address that was given, by way of the proxy. */
  url: string;
  /** Breaks all connections and takes no new ones: what is behind seems to be gone. */
  cut(): Promise<void>;
  mend(): Promise<void>;
  /** Holds back every byte, while all connections stay open: what is behind seems to be frozen. */
  freeze(): void;
  thaw(): void;
}

/** Stands before a database, so that a test can take it away from one server alone. */
export async function startProxy(target: string): Promise<TcpProxy> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let listening = false;
  let isFrozen = false;
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    for (const [socket, opposite] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => {
        sockets.delete(socket);
        opposite.destroy();
      });
      socket.pipe(opposite);
      if (isFrozen) socket.pause();
    }
  });
  const listen = async (at: number) => {
    server.listen(at, '127.0.0.1');
    await once(server, 'listening');
    listening = true;
  };
  const cut = async () => {
    if (!listening) return;
    listening = false;
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  await listen(0);
  atEnd(cut);
  const url = new URL(target);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    cut,
    mend: () => listen(Number(url.port)),
    freeze: () => {
      isFrozen = true;
      for (const socket of sockets) socket.pause();
    },
    thaw: () => {
      isFrozen = false;
      for (const socket of sockets) socket.resume();
    },
  };
}
