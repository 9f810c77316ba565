import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { HttpDrain } from '../../src/http-drain.js';
import { createBoundedServer } from '../../src/platform/http/index.js';
import { startServer } from '../kit/index.js';

const GET = 'GET / HTTP/1.1\r\nhost: localhost\r\n\r\n';

/** A server that answers when it is told to, and its drain. */
async function startDraining(): Promise<{ server: Server; drain: HttpDrain; answer: () => void }> {
  const waiting: (() => void)[] = [];
  const server = createBoundedServer((_, response) => {
    waiting.push(() => response.end('answered'));
  });
  const drain = new HttpDrain(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, drain, answer: () => waiting.shift()?.() };
}

async function open(server: Server): Promise<Socket> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

async function answeredOnce(server: Server, answer: () => void): Promise<Socket> {
  const socket = await open(server);
  socket.write(GET);
  await once(server, 'request');
  answer();
  await once(socket, 'data');
  return socket;
}

it('answers a request that comes on a kept connection after the drain began', async () => {
  const { server, drain, answer } = await startDraining();
  const kept = await answeredOnce(server, answer);
  drain.begin(5_000);
  const finished = drain.finish(10_000);
  const asked = once(server, 'request');
  kept.write(GET);
  await asked;
  answer();
  expect(await text(kept)).toMatch(/connection: close[^]*answered$/i);
  await finished;
});

it('answers the first request of a connection that was opened before the drain began', async () => {
  const { server, drain, answer } = await startDraining();
  const opened = await open(server);
  drain.begin(5_000);
  const finished = drain.finish(10_000);
  const asked = once(server, 'request');
  opened.write(GET);
  await asked;
  answer();
  expect(await text(opened)).toMatch(/connection: close[^]*answered$/i);
  await finished;
});

it('answers what is under way when lingering is over', async () => {
  const { server, drain, answer } = await startDraining();
  const socket = await open(server);
  const asked = once(server, 'request');
  socket.write(GET);
  await asked;
  drain.begin(1);
  const finished = drain.finish(10_000);
  await sleep(50);
  answer();
  expect(await text(socket)).toMatch(/connection: close[^]*answered$/i);
  await finished;
});

it('does not linger when nobody is connected', async () => {
  const { drain } = await startDraining();
  drain.begin(60_000);
  await drain.finish(60_000);
});

it('closes a connection on which nothing comes', async () => {
  const { server, drain, answer } = await startDraining();
  const kept = await answeredOnce(server, answer);
  drain.begin(20);
  await drain.finish(10_000);
  expect(await text(kept)).toBe('');
});

it('refuses with a code what comes on a kept connection while the server stops', async () => {
  const server = await startServer({ config: { LINGER_MS: 5_000 } });
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  socket.write('GET /health/live HTTP/1.1\r\nhost: localhost\r\n\r\n');
  await once(socket, 'data');
  const stopped = server.stop();
  socket.write(
    'POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 24\r\n\r\n{"query":"{__typename}"}',
  );
  const answer = await text(socket);
  expect(answer).toMatch(/^HTTP\/1.1 503 /);
  expect(answer).toMatch(/"code":"UNAVAILABLE"/);
  await stopped;
});
