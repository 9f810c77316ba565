import { checkJson, OnefoldError } from '../platform/index.js';

const DEFINITION_KEY = /^[a-z0-9][a-z0-9._-]{0,99}$/;

/** The key under which rules and programs name a definition; `path` is where it stands in the input. */
export function checkDefinitionKey(key: string, path: readonly string[] = ['key']): void {
  if (!DEFINITION_KEY.test(key)) throw new OnefoldError('KEY_INVALID', { path });
}

/** Free text for people: at most 2,000 characters. */
export function checkDescription(text: string, path: readonly string[] = ['description']): void {
  if (text.length > 2_000)
    throw new OnefoldError('TOO_LONG', { path, message: 'At most 2,000 characters are kept here.' });
  checkJson(text, path);
}

/** A name for people: 1 to 200 characters. */
export function checkName(name: string, path: readonly string[] = ['name']): void {
  if (name.trim() === '') throw new OnefoldError('REQUIRED', { path });
  if (name.length > 200)
    throw new OnefoldError('TOO_LONG', { path, message: 'At most 200 characters are kept here.' });
  checkJson(name, path);
}
