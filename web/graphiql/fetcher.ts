import { createGraphiQLFetcher, type Fetcher, type FetcherParams } from '@graphiql/toolkit';
import type { Observable, Unsubscribable } from '@graphiql/toolkit';
import { getOperationAST, type DocumentNode, type ExecutionResult } from 'graphql';
import { createClient, type Sink } from 'graphql-ws';
import { apiKeyIn, withoutPlaceholder, type RequestHeaders } from './headers.ts';

const ENDPOINT = '/graphql';
const REVOKED = 4403;

export interface OnefoldFetcher {
  fetch: Fetcher;
  /** The key that the last subscription was started with. */
  subscribedKey(): string | undefined;
}

/** Sends subscriptions over a WebSocket and everything else over HTTP, to the same path of this origin. */
export function createFetcher(initialHeaders: string): OnefoldFetcher {
  const overHttp = createGraphiQLFetcher({ url: ENDPOINT, enableIncrementalDelivery: false });
  let subscribedKey: string | undefined;

  return {
    subscribedKey: () => subscribedKey,
    fetch: (params, { headers: typed, documentAST } = {}) => {
      // GraphiQL asks for the schema before its headers editor exists, and would ask without a key.
      const headers: RequestHeaders =
        typed ?? (documentAST ? {} : (JSON.parse(initialHeaders) as RequestHeaders));
      if (!isSubscription(params, documentAST)) {
        return overHttp(params, { headers: withoutPlaceholder(headers), documentAST });
      }
      subscribedKey = apiKeyIn(JSON.stringify(headers));
      return subscribe(params, subscribedKey);
    },
  };
}

function isSubscription({ operationName }: FetcherParams, document?: DocumentNode): boolean {
  return document ? getOperationAST(document, operationName)?.operation === 'subscription' : false;
}

/** One client per subscription: GraphiQL runs one at a time, and each takes the key typed by then. */
function subscribe(params: FetcherParams, apiKey?: string): Observable<ExecutionResult> {
  const url = new URL(ENDPOINT, location.href);
  url.protocol = url.protocol.replace('http', 'ws');
  const client = createClient({
    url: url.href,
    lazy: true,
    connectionParams: apiKey ? { apiKey } : {},
    shouldRetry: (cause) => !(cause instanceof CloseEvent && cause.code === REVOKED),
  });

  function start(sink: Sink<ExecutionResult>): Unsubscribable {
    // The client still reports "complete" after a stop. GraphiQL would take that for the end of the
    // subscription it may have started in the meantime.
    let stopped = false;
    const stop = client.subscribe(params, {
      next: (result) => stopped || sink.next(result as ExecutionResult),
      error: (cause) => stopped || sink.error(readable(cause)),
      complete: () => stopped || sink.complete(),
    });
    return {
      unsubscribe() {
        stopped = true;
        stop();
      },
    };
  }
  // The type also allows for three separate listeners; GraphiQL never passes them.
  return { subscribe: start } as Observable<ExecutionResult>;
}

/** A close or network event as something that says more than `{"isTrusted": true}` when printed. */
function readable(cause: unknown): unknown {
  if (cause instanceof CloseEvent) {
    return { message: `The server closed the subscription: ${cause.code} ${cause.reason}`.trim() };
  }
  if (cause instanceof Event) return { message: 'The WebSocket could not be opened.' };
  return cause;
}
