import { once } from 'node:events';
import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { RequestHandler } from 'express';
import { OnefoldError } from './platform/index.js';
import type { Log } from './platform/index.js';
import { refuse } from './refuse.js';

/** For connections on which no request has come yet. */
const CLOSE_WITHIN_MS = 1_000;

/** Ends an HTTP server in order: every request that has come is answered before its connection is closed. */
export class HttpDrain {
  private readonly underWay = new Set<ServerResponse>();
  private readonly connections = new Set<Socket>();
  private isDraining = false;
  private isLingering = false;
  private onSettled: (() => void) | undefined;

  constructor(private readonly server: Server) {
    server.on('connection', (socket: Socket) => {
      this.connections.add(socket);
      socket.once('close', () => {
        this.connections.delete(socket);
        this.settle();
      });
    });
    server.on('request', (_, response: ServerResponse) => {
      this.underWay.add(response);
      if (this.isDraining) sayGoodbye(response);
      response.once('close', () => {
        this.underWay.delete(response);
        this.settle();
      });
    });
  }

  /**
   * From now on a connection is closed after its next answer.
   * @param lingerMs how long connections without a request stay open. The client may have sent one that has not
   * arrived; closing the connection would cut it off.
   */
  begin(lingerMs: number): void {
    this.isDraining = true;
    this.isLingering = true;
    this.underWay.forEach(sayGoodbye);
    setTimeout(() => {
      this.isLingering = false;
      this.settle();
    }, lingerMs).unref();
  }

  /** Waits for the answers under way, for so many milliseconds at most, then closes the server and its connections. */
  async finish(withinMs: number): Promise<void> {
    if (!this.server.listening) return;
    const settled = new Promise<void>((resolve) => (this.onSettled = resolve));
    const deadline = setTimeout(() => this.onSettled?.(), withinMs);
    this.settle();
    await settled;
    clearTimeout(deadline);
    // A turn of the event loop accepts the connections that wait for it. The kernel resets those left behind.
    await nextTurn();
    const closed = once(this.server, 'close');
    this.server.close();
    const rest = setTimeout(() => this.server.closeAllConnections(), CLOSE_WITHIN_MS);
    await closed;
    clearTimeout(rest);
  }

  private settle(): void {
    const isQuiet = this.connections.size === 0 || !this.isLingering;
    if (isQuiet && this.underWay.size === 0) this.onSettled?.();
  }
}

function sayGoodbye(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('connection', 'close');
}

/** New requests are told to try again, at another server, or at this one when it is back. */
export function refuseWhileDraining({
  isDraining,
  log,
}: {
  isDraining: () => boolean;
  log: Log;
}): RequestHandler {
  return (_request, response, next) => {
    if (isDraining()) refuse(response, new OnefoldError('UNAVAILABLE'), log);
    else next();
  };
}
