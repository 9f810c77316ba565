import type { IncomingHttpHeaders } from 'node:http';
import type { RequestHandler } from 'express';
import { sendProblem } from './problem.js';

export interface Allowance {
  /** The address that the server listens on. */
  HOST: string;
  /** Names beside those of this machine; `*` is any. */
  ALLOWED_HOSTS?: readonly string[] | undefined;
  /** Origins beside the server's own; `*` is any. */
  ALLOWED_ORIGINS?: readonly string[] | undefined;
}

const LOOPBACK_NAME = /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/;
const NAME_AND_PORT = /^([a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d+)?$/;

/**
 * The one rule of both doors, HTTP and WebSocket, about requests that a page of another site makes a browser send.
 * `Host` shows DNS rebinding: a name of that site which has come to mean this machine. `Origin` shows the page.
 * Programs that are no browsers send no `Origin`, and are let in by their key alone.
 * @returns the code to refuse the request with, or null
 */
export function originRefusal(
  headers: Pick<IncomingHttpHeaders, 'host' | 'origin'>,
  allowance: Allowance,
): 'HOST_NOT_ALLOWED' | 'ORIGIN_NOT_ALLOWED' | null {
  if (!isHostAllowed(hostName(headers), allowance)) return 'HOST_NOT_ALLOWED';
  return isOwnOrigin(headers) || isListed(headers.origin ?? '', allowance.ALLOWED_ORIGINS)
    ? null
    : 'ORIGIN_NOT_ALLOWED';
}

/** Over HTTP; `becomesSocket` asks for sockets. */
export function refuseOtherOrigins(allowance: Allowance): RequestHandler {
  return (request, response, next) => {
    const code = originRefusal(request.headers, allowance);
    if (code) sendProblem(response, code);
    else next();
  };
}

/** Whether no page of another origin is behind the request. */
export function isOwnOrigin({ host, origin }: Pick<IncomingHttpHeaders, 'host' | 'origin'>): boolean {
  if (origin === undefined) return true;
  const url = URL.parse(origin);
  // Either scheme is the server's own: a proxy may speak TLS for it.
  return (
    url !== null && /^https?:$/.test(url.protocol) && url.host === URL.parse(`${url.protocol}//${host}`)?.host
  );
}

export function isLoopbackName(headers: Pick<IncomingHttpHeaders, 'host'>): boolean {
  return LOOPBACK_NAME.test(hostName(headers));
}

function isHostAllowed(name: string, { HOST, ALLOWED_HOSTS }: Allowance): boolean {
  if (LOOPBACK_NAME.test(name)) return true;
  // On a network the server cannot know its names, and rebinding gains nothing there: everything needs a key.
  return ALLOWED_HOSTS ? isListed(name, ALLOWED_HOSTS) : !LOOPBACK_NAME.test(HOST);
}

function isListed(value: string, list: readonly string[] = []): boolean {
  return list.includes('*') || list.includes(value.toLowerCase());
}

/** The name in `Host`, without the port; empty when it is no host at all. */
function hostName({ host = '' }: Pick<IncomingHttpHeaders, 'host'>): string {
  return NAME_AND_PORT.exec(host.toLowerCase())?.[1] ?? '';
}
