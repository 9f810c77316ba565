import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { atEnd } from '../kit/index.js';

/** What happens to one request on its way. */
export type Trouble =
  | 'none'
  /** The server has too much to do. */
  | { throttledForMs: number }
  /** What stands before the server says that it is away. */
  | 'gateway-503'
  /** Some other web server stands there. */
  | 'web-page'
  | 'cut-before-arrival'
  /** The server does the work, and its answer is lost. */
  | 'answer-lost';

/** Stands before a real server, as a load balancer does, and makes the trouble that it is told to make. */
export class TroubledFront {
  /** Bodies of all requests that came, also of those that met with trouble. */
  readonly requests: string[] = [];
  readonly arrivedAt: number[] = [];
  private troubles: Trouble[] = [];

  private constructor(
    private readonly serverUrl: string,
    readonly url: string,
  ) {}

  static async before(serverUrl: string): Promise<TroubledFront> {
    const listener = createServer((request, response) => {
      front.answer(request, response).catch(() => response.destroy());
    }).listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const { port } = listener.address() as AddressInfo;
    const front = new TroubledFront(serverUrl, `http://127.0.0.1:${port}/graphql`);
    atEnd(async () => {
      listener.close();
      listener.closeAllConnections();
    });
    return front;
  }

  /** For the next requests, in their order; what comes after them is passed on. */
  next(...troubles: Trouble[]): void {
    this.troubles = troubles;
    this.requests.length = 0;
    this.arrivedAt.length = 0;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    this.requests.push(body);
    this.arrivedAt.push(performance.now());
    const trouble = this.troubles.shift() ?? 'none';
    if (trouble === 'cut-before-arrival') {
      response.destroy();
    } else if (trouble === 'gateway-503') {
      response.writeHead(503, { 'content-type': 'text/html' }).end('<h1>503 Service Unavailable</h1>');
    } else if (trouble === 'web-page') {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>It works!</h1>');
    } else if (typeof trouble === 'object') {
      const extensions = { code: 'THROTTLED', retryAfterMs: trouble.throttledForMs };
      response
        .writeHead(429, { 'content-type': 'application/graphql-response+json' })
        .end(JSON.stringify({ errors: [{ message: 'Send again later.', extensions }] }));
    } else {
      await this.pass(body, request, response, trouble);
    }
  }

  private async pass(
    body: string,
    { headers }: IncomingMessage,
    response: ServerResponse,
    trouble: 'none' | 'answer-lost',
  ): Promise<void> {
    const answer = await fetch(this.serverUrl, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: headers.accept ?? '',
        authorization: headers.authorization ?? '',
        // What is passed on must be what its headers say, and fetch unpacks bodies.
        'accept-encoding': 'identity',
      },
      body,
    });
    const content = await answer.text();
    if (trouble === 'answer-lost') response.destroy();
    else response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(content);
  }
}
