import { createLocalStorage, type Storage } from '@graphiql/toolkit';

/**
 * Where GraphiQL keeps tabs and history.
 *
 * Under a name of its own: other programs show GraphiQL on localhost:4000 too, and the page would open
 * their tabs. Without keys: the history stores the headers of every request even with
 * `shouldPersistHeaders` off, so they are taken out on the way in, and the default ones put in their place
 * on the way out (an entry without any would empty the headers editor).
 */
export function createStorage(defaultHeaders: string): Storage {
  const storage = createLocalStorage({ namespace: 'onefold' });
  const { getItem, setItem } = storage;
  storage.setItem = (key, value) => setItem(key, isHistory(key) ? withHeaders(value, null) : value);
  storage.getItem = (key) => {
    const value = getItem(key);
    return value && isHistory(key) ? withHeaders(value, defaultHeaders) : value;
  };
  return storage;
}

function isHistory(key: string): boolean {
  return /:(queries|favorites)$/.test(key);
}

function withHeaders(history: string, headers: string | null): string {
  return JSON.stringify(JSON.parse(history), (key, value: unknown) => (key === 'headers' ? headers : value));
}
