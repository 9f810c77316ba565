import { print } from 'graphql';
import { EndOfChangesDocument, SegmentChangesDocument } from './generated/graphql.js';
import type { ChangeFragment, EndOfChangesQuery, SegmentChangesSubscription } from './generated/graphql.js';
import { OnefoldError } from './onefold-error.js';
import { growingPause, pause } from './pause.js';
import { sendOperation } from './send-operation.js';
import type { Endpoint } from './send-operation.js';
import { socketSubscription } from './socket-subscription.js';

/** Somebody entered a segment or left it. */
export type SegmentChange = ChangeFragment;

export interface SegmentChangesOptions {
  /** Keys of the segments; absent = all, also those made later. */
  segments?: readonly string[];
  /** The cursor of the last change that you have dealt with; absent = from now on. */
  after?: string | null;
  /** Ends the loop, without an error. */
  signal?: AbortSignal;
}

/** A connection was cut or did not come about, and another one follows. */
export interface Reconnect {
  /** How many there have been since the last change that came; from 1. */
  attempt: number;
  /** Milliseconds until then. */
  pauseMs: number;
  reason: OnefoldError;
}

interface Listening extends SegmentChangesOptions {
  endpoint: Endpoint;
  onReconnect?: (reconnect: Reconnect) => void;
}

const PAUSES = { least: 200, most: 10_000 };
const GOING_AWAY = 1001;
/** A connection that held this long was a good one, even if nothing came. */
const HELD_MS = 5_000;
const PASSING = new Set([
  'DISCONNECTED',
  'UNREACHABLE',
  'UNAVAILABLE',
  'THROTTLED',
  'STATEMENT_TIMEOUT',
  'INTERNAL_SERVER_ERROR',
]);

const SUBSCRIPTION = print(SegmentChangesDocument);
const END_OF_CHANGES = print(EndOfChangesDocument);

/**
 * Every change once and in order, over as many sockets as it takes: docs/subscriptions.md. A change counts as given
 * out when the loop over this has it.
 * @throws OnefoldError when connecting again would not help
 */
export async function* segmentChanges(options: Listening): AsyncGenerator<SegmentChange, void, undefined> {
  const { signal, onReconnect } = options;
  let after = options.after ?? undefined;
  let attempt = 0;
  while (!signal?.aborted) {
    const begun = Date.now();
    try {
      // From a known place on: else what happens before the first change, while the connection is cut, would be lost.
      after ??= await endOfChanges(options);
      for await (const change of connection(options, after)) {
        after = change.cursor;
        attempt = 0;
        yield change;
      }
    } catch (error) {
      if (signal?.aborted) return;
      if (!(error instanceof OnefoldError && PASSING.has(error.code))) throw error;
      if (Date.now() - begun > HELD_MS) attempt = 0;
      attempt += 1;
      const pauseMs = pauseBefore(attempt, error);
      onReconnect?.({ attempt, pauseMs, reason: error });
      await pause(pauseMs, signal).catch(() => undefined);
    }
  }
}

async function* connection(
  { endpoint, segments, signal }: Listening,
  after: string | undefined,
): AsyncGenerator<SegmentChange, void, undefined> {
  const operation = { query: SUBSCRIPTION, variables: { segments, after } };
  const results = socketSubscription<SegmentChangesSubscription>(endpoint, operation, signal);
  for await (const { segmentChanges } of results) yield segmentChanges;
}

async function endOfChanges({ endpoint, signal }: Listening): Promise<string | undefined> {
  const operation = { query: END_OF_CHANGES, variables: {} };
  const { segmentChanges } = await sendOperation<EndOfChangesQuery>(endpoint, operation, signal);
  return segmentChanges.pageInfo.endCursor ?? undefined;
}

/** A server that says goodbye has brothers that are ready, or comes back: at once, but not again and again. */
function pauseBefore(attempt: number, { closeCode, retryAfterMs }: OnefoldError): number {
  if (closeCode === GOING_AWAY && attempt === 1) return 0;
  return Math.round(growingPause(attempt - 1, PAUSES) + (retryAfterMs ?? 0));
}
