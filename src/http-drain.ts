import { once } from 'node:events';
import type { Server, ServerResponse } from 'node:http';
import type { RequestHandler } from 'express';
import { OnefoldError } from './platform/index.js';
import type { Log } from './platform/index.js';
import { refuse } from './refuse.js';

/** For connections on which no request has come yet. */
const CLOSE_WITHIN_MS = 1_000;

/** Ends an HTTP server in order: every request that has come is answered before its connection is closed. */
export class HttpDrain {
  private readonly underWay = new Set<ServerResponse>();
  private onIdle: (() => void) | undefined;
  private isDraining = false;

  constructor(private readonly server: Server) {
    server.on('request', (_, response: ServerResponse) => {
      this.underWay.add(response);
      if (this.isDraining) sayGoodbye(response);
      response.once('close', () => {
        this.underWay.delete(response);
        if (this.underWay.size === 0) this.onIdle?.();
      });
    });
  }

  /** From now on a connection is closed after its next answer. */
  begin(): void {
    this.isDraining = true;
    this.underWay.forEach(sayGoodbye);
  }

  /** Waits for the answers under way, for so many milliseconds at most, then closes the server and its connections. */
  async finish(withinMs: number): Promise<void> {
    if (!this.server.listening) return;
    const deadline = setTimeout(() => this.onIdle?.(), withinMs);
    if (this.underWay.size > 0) await new Promise<void>((resolve) => (this.onIdle = resolve));
    clearTimeout(deadline);
    const closed = once(this.server, 'close');
    this.server.close();
    const rest = setTimeout(() => this.server.closeAllConnections(), CLOSE_WITHIN_MS);
    await closed;
    clearTimeout(rest);
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
