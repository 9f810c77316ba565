import { canonicalKey, composed } from './plain-text.js';

type Path = readonly (string | number)[];

/**
 * JSON in which one text has one spelling: texts are composed (NFC), and names are as `canonicalKey` has them. It gives
 * back what it was given where there is nothing to do. The value must not nest without end.
 * @param clashes gets the path of each name that gave way to a later one, which came to be the same
 */
export function composedJson(value: unknown, path: Path = [], clashes: Path[] = []): unknown {
  if (typeof value === 'string') return composed(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return composedList(value, path, clashes);
  const record = value as Record<string, unknown>;
  const keys = Object.keys(record);
  let isSame = true;
  const entries = keys.map((key): [string, unknown] => {
    const entry: [string, unknown] = [canonicalKey(key), composedJson(record[key], [...path, key], clashes)];
    if (entry[0] !== key || entry[1] !== record[key]) isSame = false;
    return entry;
  });
  if (isSame) return value;
  const last = new Map(entries.map(([key], index) => [key, index]));
  for (const [index, [key]] of entries.entries())
    if (last.get(key) !== index) clashes.push([...path, keys[index] ?? '']);
  return Object.fromEntries(entries);
}

function composedList(list: readonly unknown[], path: Path, clashes: Path[]): readonly unknown[] {
  const items = list.map((item, index) => composedJson(item, [...path, index], clashes));
  return items.every((item, index) => item === list[index]) ? list : items;
}
