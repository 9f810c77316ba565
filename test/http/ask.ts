import { request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { buffer } from 'node:stream/consumers';

export interface Reply {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** Of a JSON body. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  json: any;
}

interface Ask {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}

/** As plain as it gets: any path and any header, `Host` too, and the body as it came. */
export function ask(url: string, path: string, { method = 'GET', headers, body }: Ask = {}): Promise<Reply> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path, method, headers, agent: false }, (response) => {
      buffer(response).then((bytes) => {
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: bytes,
          json: parsed(bytes),
        });
      }, reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}
