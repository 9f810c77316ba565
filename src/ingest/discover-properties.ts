import { inferType } from '../profiles/index.js';
import type { Discovery } from '../profiles/index.js';
import type { ItemDefinitions } from './item-definitions.js';

const MAX_KEY = 100;
const NONE: readonly Discovery[] = [];

interface Unknown {
  type: string;
  properties: Readonly<Record<string, unknown>>;
  /** Those of them that no contract knows. */
  keys: readonly string[];
  sourceId: string;
}

/** Properties of an event that nobody has defined and that are not on record yet. */
export function discoverProperties(
  { type, properties, keys, sourceId }: Unknown,
  { noted: names }: ItemDefinitions,
): readonly Discovery[] {
  if (keys.length === 0 || names.isFull('PROPERTY', type)) return NONE;
  const noted = names.at('PROPERTY', type);
  if (keys.every((key) => noted.has(key))) return NONE;
  return keys
    .filter((key) => !noted.has(key) && key !== '' && key.length <= MAX_KEY)
    .map((key) => ({ kind: 'PROPERTY', of: type, key, type: inferType(properties[key]), sourceId }));
}
