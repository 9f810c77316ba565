import type { TestServer } from './start-server.js';

export interface Asking {
  /** Another API key than the server's own; null = none. */
  key?: string | null;
  headers?: Record<string, string>;
}

export interface GraphqlError {
  message: string;
  path?: (string | number)[];
  extensions: { code: string } & Record<string, unknown>;
}

/** What came back, and what had been asked. */
export interface Answer {
  status: number;
  headers: Headers;
  // Whatever the query asked for; the assertions are the check.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  data: any;
  errors: GraphqlError[] | undefined;
  extensions: Record<string, unknown> | undefined;
  /** The whole conversation, for people. */
  conversation: string;
}

/** Asks the server over HTTP, with its own key unless another one is given. */
export async function gql(
  server: Pick<TestServer, 'graphqlUrl' | 'key' | 'complaints'>,
  query: string,
  variables: Record<string, unknown> = {},
  asking: Asking = {},
): Promise<Answer> {
  return post(server, JSON.stringify({ query, variables }), asking);
}

/** As `gql`, with a body of any kind. */
export async function post(
  server: Pick<TestServer, 'graphqlUrl' | 'key' | 'complaints'>,
  body: string,
  { key = server.key, headers = {} }: Asking = {},
): Promise<Answer> {
  const response = await fetch(server.graphqlUrl, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json',
      ...(key !== null && { authorization: `Bearer ${key}` }),
      ...headers,
    },
    body,
  });
  return answerOf(response, body, server.complaints);
}

export async function answerOf(
  response: Response,
  asked: string,
  complaints: readonly string[] = [],
): Promise<Answer> {
  const text = await response.text();
  const conversation = [
    `asked     ${readable(asked)}`,
    `answered  ${response.status} ${readable(text)}`,
    ...complaints.slice(-3).map((line) => `logged    ${line.trim()}`),
  ].join('\n');
  const parsed = parse(text) as Partial<Answer>;
  return {
    status: response.status,
    headers: response.headers,
    data: parsed.data,
    errors: parsed.errors,
    extensions: parsed.extensions,
    conversation,
  };
}

/** @returns the data of an answer that has no errors */
export function expectNoErrors(answer: Answer): Answer['data'] {
  explained(answer, () => expect(answer.errors).toBeUndefined());
  return answer.data;
}

/** @returns the one error of an answer, which has this code and says something */
export function expectError(answer: Answer, code: string): GraphqlError {
  explained(answer, () => {
    expect(answer.errors?.map((error) => error.extensions.code)).toEqual([code]);
    expect(answer.errors?.[0]?.message).toMatch(/\w{3}/);
  });
  return answer.errors![0]!;
}

/** Should `expectation` fail, its message shows the whole conversation. */
export function explained(answer: Answer, expectation: () => void): void {
  try {
    expectation();
  } catch (error) {
    if (error instanceof Error) error.message += `\n\n${answer.conversation}`;
    throw error;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

const SHOWN = 4_000;

function readable(text: string): string {
  // What is very long, or nests without end, is not for people.
  if (text.length > 2 * SHOWN) return `${text.slice(0, SHOWN)} … (${text.length} characters)`;
  const parsed = parse(text) as { query?: unknown; variables?: unknown } | null;
  const shown =
    typeof parsed?.query === 'string'
      ? `${parsed.query.trim()}\n  with ${JSON.stringify(parsed.variables)}`
      : text && (JSON.stringify(parsed, null, 2).replace(/^{}$/, '') || text);
  return shown.length > SHOWN ? `${shown.slice(0, SHOWN)} … (${shown.length} characters)` : shown;
}
