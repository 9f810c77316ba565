import type { IncomingMessage } from 'node:http';
import { originRefusal } from './origin-refusal.js';
import type { Allowance } from './origin-refusal.js';

/**
 * Whether a request is upgraded to a WebSocket. One that is not is answered as any other, and so the page of another
 * origin or the wrong path is told by the same code. (`curl --http2` asks for an upgrade too, to something else.)
 */
export function becomesSocket(
  { url = '', headers }: Pick<IncomingMessage, 'url' | 'headers'>,
  path: string,
  allowance: Allowance,
): boolean {
  return (
    headers.upgrade?.toLowerCase() === 'websocket' &&
    url.split('?', 1)[0] === path &&
    originRefusal(headers, allowance) === null
  );
}
