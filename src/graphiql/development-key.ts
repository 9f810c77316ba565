/**
 * The key with which a development server lets its own GraphiQL in. Null from every other server, and when
 * the question fails: the page must open either way.
 */
export async function fetchDevelopmentKey(): Promise<string | null> {
  try {
    const response = await fetch('/graphiql/config.json', {
      cache: 'no-store',
      signal: AbortSignal.timeout(3_000),
    });
    if (!response.ok) return null;
    const { developmentKey } = (await response.json()) as { developmentKey?: unknown };
    return typeof developmentKey === 'string' && developmentKey ? developmentKey : null;
  } catch {
    return null;
  }
}
