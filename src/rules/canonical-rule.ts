import { canonicalKey, composedJson, exceededBound } from '../platform/index.js';

/** Deeper JSON is refused afterwards. */
const MAX_DEPTH = 200;

/**
 * The JSON of a rule with its names in the spelling under which they are kept, and the texts that values are compared
 * with composed (NFC), as the values are.
 */
export function canonicalRule(input: unknown, depth = 0): unknown {
  if (typeof input === 'string') return canonicalKey(input);
  if (typeof input !== 'object' || input === null || depth > MAX_DEPTH) return input;
  if (Array.isArray(input)) return input.map((child) => canonicalRule(child, depth + 1));
  return Object.fromEntries(
    Object.entries(input).map(([field, value]) => [
      field,
      field === 'is' ? operand(value) : canonicalRule(value, depth + 1),
    ]),
  );
}

function operand(value: unknown): unknown {
  return exceededBound(value, { depth: MAX_DEPTH }) ? value : composedJson(value);
}
