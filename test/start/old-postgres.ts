import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { atEnd } from '../kit/index.js';

/** A server that admits everybody and says of itself that it is a PostgreSQL of this version. @returns its address */
export async function startOldPostgres(version: string): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => {
      socket.write(Buffer.concat([message('R', int32(0)), READY]));
      socket.on('data', (data) => {
        if (data.toString('latin1', 0, 1) === 'Q') socket.write(answer(version));
      });
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  atEnd(async () => void server.close());
  return `postgres://somebody@127.0.0.1:${(server.address() as AddressInfo).port}/onefold`;
}

const TEXT_TYPE = 25;
const READY = message('Z', Buffer.from('I'));

/** One row of one column, as in https://www.postgresql.org/docs/current/protocol-message-formats.html. */
function answer(value: string): Buffer {
  const column = [
    Buffer.from('server_version\0'),
    int32(0),
    int16(0),
    int32(TEXT_TYPE),
    int16(-1),
    int32(-1),
    int16(0),
  ];
  return Buffer.concat([
    message('T', int16(1), ...column),
    message('D', int16(1), int32(value.length), Buffer.from(value)),
    message('C', Buffer.from('SHOW\0')),
    READY,
  ]);
}

function message(type: string, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from(type), int32(body.length + 4), body]);
}

function int16(value: number): Buffer {
  const buffer = Buffer.alloc(2);
  buffer.writeInt16BE(value);
  return buffer;
}

function int32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeInt32BE(value);
  return buffer;
}
