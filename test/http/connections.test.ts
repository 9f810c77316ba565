import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { CONNECTION_TIMES, createBoundedServer } from '../../src/platform/http/index.js';
import { atEnd, startServer } from '../kit/index.js';
import { ask } from './ask.js';

/** All that comes back for bytes that are not answered as a request, until the server closes. */
async function send(port: number, bytes: string): Promise<{ status: number; code: string; head: string }> {
  const socket = connect(port, '127.0.0.1');
  socket.write(bytes);
  const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
  const { errors } = JSON.parse(body) as { errors: { extensions: { code: string } }[] };
  return { status: Number(head.split(' ')[1]), code: errors[0]!.extensions.code, head };
}

const portOf = (server: Server) => (server.address() as AddressInfo).port;

it('keeps an unused connection for longer than usual proxies do, and says so', async () => {
  const server = await startServer();
  const { headers } = await ask(server.url, '/health/live', { headers: { connection: 'keep-alive' } });
  expect(headers['keep-alive']).toBe('timeout=75');
  const { keepAliveTimeout, headersTimeout, requestTimeout } = CONNECTION_TIMES;
  expect(headersTimeout).toBeGreaterThan(keepAliveTimeout);
  expect(requestTimeout).toBeGreaterThan(headersTimeout);
});

describe('what cannot be read as HTTP', () => {
  it.each([
    ['is no request line', 'hello there\r\n\r\n', 400, 'BAD_REQUEST'],
    ['has no host', 'GET /health/live HTTP/1.1\r\nx: 1\r\n : \r\n\r\n', 400, 'BAD_REQUEST'],
    [
      'gives two lengths',
      'POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nx',
      400,
      'BAD_REQUEST',
    ],
    [
      'has 20 kB of headers',
      `GET /health/live HTTP/1.1\r\nhost: localhost\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`,
      431,
      'HEADERS_TOO_LARGE',
    ],
  ])('is refused as JSON when it %s', async (_name, bytes, status, code) => {
    const server = await startServer();
    const refused = await send(Number(new URL(server.url).port), bytes);
    expect(refused).toMatchObject({ status, code });
    expect(refused.head).toMatch(/content-type: application\/json/);
    expect(refused.head).toMatch(/x-request-id: \S+/);
  });
});

describe('a request that does not come to its end', () => {
  const startBounded = async () => {
    const server = createBoundedServer(
      (request, response) => request.on('end', () => response.end()).resume(),
      {
        headersTimeout: 100,
        requestTimeout: 200,
        connectionsCheckingInterval: 20,
      },
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    atEnd(async () => void server.close());
    return server;
  };

  it.each([
    ['in its headers', 'POST / HTTP/1.1\r\nhost: localhost\r\nx: '],
    ['after its headers', 'POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 10\r\n\r\n'],
    ['in its body', 'POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 10\r\n\r\n12345'],
    ['in a chunk', 'POST / HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n5\r\n12'],
  ])('is refused after a while when it stops %s', async (_name, bytes) => {
    const server = await startBounded();
    expect(await send(portOf(server), bytes)).toMatchObject({ status: 408, code: 'REQUEST_TIMEOUT' });
  });
});
