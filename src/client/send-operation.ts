import { fromJson, toJson } from './exact-json.js';
import { refusal, OnefoldError } from './onefold-error.js';
import type { ErrorEntry } from './onefold-error.js';
import type { WebSocketClass } from './web-socket.js';

export interface Endpoint {
  url: string;
  apiKey: string;
  webSocket?: WebSocketClass | undefined;
}

export interface Operation {
  query: string;
  variables: Record<string, unknown>;
}

interface Answer<Result> {
  data?: Result | null;
  errors?: readonly ErrorEntry[];
}

/** How long one try may take. A server that has much to do answers THROTTLED long before. */
const TIMEOUT_MS = 60_000;
const GATEWAY_FAILURES = new Set([502, 503, 504]);

/** One try. @throws OnefoldError; the reason of `signal` when it aborts */
export async function sendOperation<Result>(
  { url, apiKey }: Endpoint,
  operation: Operation,
  signal?: AbortSignal,
): Promise<Result> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${apiKey}`,
        'content-type': 'application/json',
        accept: 'application/graphql-response+json, application/json;q=0.9',
      },
      body: toJson(operation),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    text = await response.text();
  } catch (error) {
    signal?.throwIfAborted();
    throw unreachable(url, error);
  }
  return resultOf<Result>(url, response.status, text);
}

function resultOf<Result>(url: string, status: number, text: string): Result {
  const answer = parse<Result>(text);
  if (answer?.errors?.length) throw refusal(answer.errors, status);
  if (answer?.data) return answer.data;
  if (GATEWAY_FAILURES.has(status))
    throw new OnefoldError('UNAVAILABLE', `${url} answered ${status}. Try again in a moment.`, { status });
  throw new OnefoldError(
    'BAD_RESPONSE',
    `${url} answered ${status} and not as a GraphQL server does. Is it the address of Onefold, with /graphql at its end?`,
    { status },
  );
}

function parse<Result>(text: string): Answer<Result> | undefined {
  try {
    const answer: unknown = fromJson(text);
    return typeof answer === 'object' && answer !== null ? answer : undefined;
  } catch {
    return undefined;
  }
}

function unreachable(url: string, cause: unknown): OnefoldError {
  // fetch says only "fetch failed"; what happened is its cause, and of several addresses tried the first one's.
  const inner = (cause as Error).cause ?? cause;
  const first: unknown = inner instanceof AggregateError ? inner.errors[0] : inner;
  const what = first instanceof Error ? first.message : String(first);
  return new OnefoldError('UNREACHABLE', `${url} cannot be reached (${what}). Is the server running there?`, {
    cause,
  });
}
