import { isContainer } from './exact-number.js';
import { canonicalKey, composed } from './plain-text.js';

type Path = readonly (string | number)[];

/**
 * JSON in which one text has one spelling: texts are composed (NFC), and names are as `canonicalKey` has them. It gives
 * back what it was given where there is nothing to do. The value must not nest without end.
 * @param clashes gets the path of each name that gave way to a later one, which came to be the same
 */
export function composedJson(value: unknown, path: Path = [], clashes: Path[] = []): unknown {
  // Nearly always there is nothing to do, and then nothing is copied.
  return isComposed(value) ? value : respelled(value, path, clashes);
}

function isComposed(value: unknown): boolean {
  if (typeof value === 'string') return composed(value) === value;
  if (!isContainer(value)) return true;
  if (Array.isArray(value)) return value.every(isComposed);
  const record = value as Record<string, unknown>;
  for (const key of Object.keys(record))
    if (canonicalKey(key) !== key || !isComposed(record[key])) return false;
  return true;
}

function respelled(value: unknown, path: Path, clashes: Path[]): unknown {
  if (typeof value === 'string') return composed(value);
  if (!isContainer(value)) return value;
  if (Array.isArray(value)) return value.map((item, index) => respelled(item, [...path, index], clashes));
  const record = value as Record<string, unknown>;
  const keys = Object.keys(record);
  const entries = keys.map((key): [string, unknown] => [
    canonicalKey(key),
    respelled(record[key], [...path, key], clashes),
  ]);
  const last = new Map(entries.map(([key], index) => [key, index]));
  for (const [index, [key]] of entries.entries())
    if (last.get(key) !== index) clashes.push([...path, keys[index] ?? '']);
  return Object.fromEntries(entries);
}
