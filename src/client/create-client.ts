import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { ingestItems } from './ingest-items.js';
import type { IngestAnswer } from './ingest-items.js';
import type { IngestItemInput } from './generated/graphql.js';
import { prepareDocument } from './prepare-document.js';
import { retry } from './retry.js';
import { segmentChanges } from './segment-changes.js';
import type { Reconnect, SegmentChange, SegmentChangesOptions } from './segment-changes.js';
import { sendOperation } from './send-operation.js';
import type { WebSocketClass } from './web-socket.js';

export interface ClientOptions {
  /** Such as `http://127.0.0.1:4000/graphql`; sockets go to the same place. */
  url: string;
  /** `of_…` */
  apiKey: string;
  /** How long a call is tried again after failures that pass, in milliseconds; default: a minute. */
  retryForMs?: number;
  /** Told before each new connection of a subscription. */
  onReconnect?: (reconnect: Reconnect) => void;
  /** For subscriptions; default: the runtime's own. Node has one since version 22; `ws` from npm fits older ones. */
  webSocket?: WebSocketClass;
}

export interface CallOptions {
  signal?: AbortSignal;
}

/** Variables may be left out when none is required. */
type Rest<Variables> =
  Record<string, never> extends Variables
    ? [variables?: Variables, options?: CallOptions]
    : [variables: Variables, options?: CallOptions];

export interface Client {
  /**
   * One query or mutation: its text, or a document of GraphQL Code Generator, which types variables and result. It is
   * tried again after THROTTLED; and, if doing it twice is the same as doing it once (queries and ingest), when the
   * server cannot be reached or is not available.
   * @throws OnefoldError when there are errors in the answer, or none came
   */
  execute: <Result = unknown, Variables = Record<string, unknown>>(
    document: string | TypedDocumentNode<Result, Variables>,
    ...rest: Rest<Variables>
  ) => Promise<Result>;

  /**
   * Any number of items, in batches that the server takes, one after the other. After a failure send all of them
   * again: those that had arrived are then duplicates.
   * @throws OnefoldError
   */
  ingest: (items: Iterable<IngestItemInput>, options?: CallOptions) => Promise<IngestAnswer>;

  /**
   * Every entry and exit once, in the order of the log, across disconnects. Keep `cursor` with what you do about a
   * change, and give it as `after` when you start again. A `break` ends it; `signal` also while it waits.
   * @throws OnefoldError when connecting again would not help, such as for a wrong key
   */
  segmentChanges: (options?: SegmentChangesOptions) => AsyncGenerator<SegmentChange, void, undefined>;
}

const RETRY_FOR_MS = 60_000;

/** A client of one workspace: that of the key. It keeps nothing open but what you iterate. */
export function createClient({
  url,
  apiKey,
  retryForMs: forMs = RETRY_FOR_MS,
  onReconnect,
  webSocket,
}: ClientOptions): Client {
  const endpoint = { url, apiKey, webSocket };
  const client: Client = {
    execute: <Result, Variables>(
      document: string | TypedDocumentNode<Result, Variables>,
      ...[variables, { signal } = {}]: Rest<Variables>
    ) => {
      const { query, isIdempotent } = prepareDocument(document);
      const operation = { query, variables: variables ?? {} };
      return retry(() => sendOperation<Result>(endpoint, operation, signal), { isIdempotent, forMs, signal });
    },
    ingest: (items, options) => ingestItems(client.execute, items, options),
    segmentChanges: (options) => segmentChanges({ ...options, endpoint, onReconnect }),
  };
  return client;
}
