import { inferType } from '../../../profiles/index.js';
import type { Discovery, NotedNames } from '../../../profiles/index.js';

const MAX_KEY = 100;

interface Unknown {
  type: string;
  properties: Readonly<Record<string, unknown>>;
  /** Those of them that no contract knows. */
  keys: readonly string[];
  sourceId: string;
}

/** Adds properties of an event that nobody has defined and that are not on record yet. */
export function discoverProperties(
  { type, properties, keys, sourceId }: Unknown,
  names: NotedNames,
  discoveries: Discovery[],
): void {
  if (keys.length === 0 || names.isFull('PROPERTY', type)) return;
  const noted = names.at('PROPERTY', type);
  for (const key of keys)
    if (!noted.has(key) && key !== '' && key.length <= MAX_KEY)
      discoveries.push({ kind: 'PROPERTY', of: type, key, type: inferType(properties[key]), sourceId });
}
