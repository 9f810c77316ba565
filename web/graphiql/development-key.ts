const PATIENCE_MS = 3_000;

/**
 * Follows a sign-in link, which is this page with a token behind the `#`: exchanges the token for a cookie that only
 * the server can read.
 * @returns false when the link is no longer good
 */
export async function signIn(): Promise<boolean> {
  const token = new URLSearchParams(location.hash.slice(1)).get('sign-in');
  if (!token) return true;
  // It has done its work, and must not stay in the history.
  history.replaceState(null, '', location.pathname + location.search);
  try {
    const response = await fetch('/graphiql/sign-in', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    return response.ok;
  } catch {
    return false;
  }
}

/** The development key, for a browser that is signed in. Null for all others, and when the question fails. */
export async function fetchDevelopmentKey(): Promise<string | null> {
  try {
    const response = await fetch('/graphiql/config.json', {
      cache: 'no-store',
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (!response.ok) return null;
    const { developmentKey } = (await response.json()) as { developmentKey?: unknown };
    return typeof developmentKey === 'string' && developmentKey ? developmentKey : null;
  } catch {
    return null;
  }
}
