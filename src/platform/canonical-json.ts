import { isContainer } from './exact-number.js';

/**
 * The same text for the same value, whatever the order of keys (RFC 8785 in spirit: keys sorted by UTF-16 code
 * units). A number has one text however it was spelled: `1`, `1.0` and `1e0` are one. For digests and for choosing
 * between equals, never for storage.
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (Number.isFinite(value) || typeof value === 'boolean') return String(value);
  if (!isContainer(value)) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return canonicalList(value);
  if (value instanceof Date) return `"${value.toISOString()}"`;
  const record = value as Record<string, unknown>;
  let text = '{';
  for (const key of inOrder(Object.keys(record))) {
    const field = record[key];
    if (field !== undefined) text += `${text === '{' ? '' : ','}${quoted(key)}:${canonicalJson(field)}`;
  }
  return `${text}}`;
}

function canonicalList(values: readonly unknown[]): string {
  let text = '[';
  for (const [index, value] of values.entries()) text += `${index === 0 ? '' : ','}${canonicalJson(value)}`;
  return `${text}]`;
}

/** Mostly they come sorted, or there is one. */
function inOrder(keys: string[]): string[] {
  let before = '';
  for (const key of keys) {
    if (key < before) return keys.sort();
    before = key;
  }
  return keys;
}

// eslint-disable-next-line no-control-regex -- JSON escapes just these
const TO_ESCAPE = /["\\\u0000-\u001f\ud800-\udfff]/;

/** As JSON.stringify, which takes three times as long. */
function quoted(text: string): string {
  return TO_ESCAPE.test(text) ? JSON.stringify(text) : `"${text}"`;
}
