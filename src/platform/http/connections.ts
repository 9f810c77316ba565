import { createServer, STATUS_CODES } from 'node:http';
import type { RequestListener, Server, ServerOptions } from 'node:http';
import type { Socket } from 'node:net';
import { v7 } from 'uuid';
import { ERRORS } from '../errors.js';
import type { ErrorCode } from '../errors.js';
import { problem } from './problem.js';

/**
 * An unused connection outlives the 60 seconds for which usual proxies keep theirs: closed here first, it would fail
 * the request that a proxy is just sending on it. A whole request has two minutes to arrive, so that slow senders
 * cannot collect connections.
 */
export const CONNECTION_TIMES = {
  keepAliveTimeout: 75_000,
  headersTimeout: 80_000,
  requestTimeout: 120_000,
} as const satisfies ServerOptions;

const CODES: Record<string, ErrorCode> = {
  HPE_HEADER_OVERFLOW: 'HEADERS_TOO_LARGE',
  ERR_HTTP_REQUEST_TIMEOUT: 'REQUEST_TIMEOUT',
};

export function createBoundedServer(listener: RequestListener, options: ServerOptions = {}): Server {
  const server = createServer({ ...CONNECTION_TIMES, ...options }, listener);
  return server.on('clientError', refuseUnreadable);
}

/** Node tells of what it cannot read as HTTP here, where there is no response object yet. */
function refuseUnreadable(error: NodeJS.ErrnoException, duplex: unknown): void {
  const socket = duplex as Socket & { _httpMessage?: { headersSent: boolean } };
  // An answer is under way: more bytes would become a part of it.
  if (!socket.writable || socket._httpMessage?.headersSent) return void socket.destroy();
  const code = CODES[error.code ?? ''] ?? 'BAD_REQUEST';
  const { status } = ERRORS[code];
  const body = JSON.stringify(problem(code));
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      'content-type: application/json; charset=utf-8',
      `content-length: ${Buffer.byteLength(body)}`,
      'cache-control: no-store',
      'x-content-type-options: nosniff',
      `x-request-id: ${v7()}`,
      'connection: close',
      '',
      body,
    ].join('\r\n'),
    () => socket.destroy(),
  );
}
