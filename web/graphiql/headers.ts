/** What GraphiQL hands over when it has parsed the headers editor. */
export type RequestHeaders = Record<string, string>;

const PLACEHOLDER = 'Bearer <your API key>';

/** What the headers editor holds until the user types: the development key, or a note where a key goes. */
export function defaultHeaders(developmentKey: string | null): string {
  const Authorization = developmentKey ? `Bearer ${developmentKey}` : PLACEHOLDER;
  return JSON.stringify({ Authorization }, null, 2);
}

/** The API key in the text of the headers editor; undefined while there is none, or only the placeholder. */
export function apiKeyIn(editorText: string): string | undefined {
  // A pattern instead of JSON.parse: the editor allows comments and trailing commas.
  return /"authorization"\s*:\s*"Bearer\s+([^\s"<>]+)"/i.exec(editorText)?.[1];
}

/** The headers without the placeholder, so that the server answers "no key" and not "wrong key". */
export function withoutPlaceholder(headers: RequestHeaders = {}): RequestHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== PLACEHOLDER));
}
