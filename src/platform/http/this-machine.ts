import type { IncomingMessage } from 'node:http';
import { isLoopbackName, isOwnOrigin } from './origin-refusal.js';

const LOOPBACK_ADDRESS = /^(127\.|::1$|::ffff:127\.)/;
/** By these, proxies, tunnels and CDNs say for whom they ask. No list is complete: never rely on it alone. */
const FORWARDING_HEADERS = [
  /^(forwarded|via|cdn-loop)$/,
  /^x-(forwarded|original|envoy|amzn|azure|arr)/,
  /^(cf|fly|fastly|akamai|tailscale)-/,
  /(client|real|remote|connecting|originating|user)-?(ip|addr|host)/,
];

/** Whether a program or an own page on this machine asks directly: no page of another origin, and no proxy. */
export function isFromThisMachine({ socket, headers }: Pick<IncomingMessage, 'socket' | 'headers'>): boolean {
  return (
    LOOPBACK_ADDRESS.test(socket.remoteAddress ?? '') &&
    isLoopbackName(headers) &&
    isOwnOrigin(headers) &&
    !isFromOtherSite(headers['sec-fetch-site']) &&
    !Object.keys(headers).some((name) => FORWARDING_HEADERS.some((known) => known.test(name)))
  );
}

/** Browsers send no `Origin` with a GET, but this; `same-site` is another port of this machine. */
function isFromOtherSite(fetchSite: string | string[] | undefined): boolean {
  return fetchSite !== undefined && fetchSite !== 'same-origin' && fetchSite !== 'none';
}
