import { ExactNumber } from './exact-number.js';

/** How much JSON is read at all. */
export interface JsonBounds {
  /** Lists and objects in one another. */
  depth: number;
  /** Values of all kinds. */
  values?: number;
  /** Characters of its text, or a few more: what is between the values is counted as little. */
  characters?: number;
}

/**
 * Which bound a value exceeds; null = none. It stops where it knows, and needs no stack however deep the value nests,
 * so it can go before everything that walks through all of it.
 */
export function exceededBound(
  value: unknown,
  { depth, values = Infinity, characters = Infinity }: JsonBounds,
): keyof JsonBounds | null {
  const left = { values: values - 1, characters };
  let level = [value];
  for (let reached = 0; level.length > 0; reached += 1) {
    const next: unknown[] = [];
    for (const one of level) {
      if (typeof one === 'string') left.characters -= one.length;
      else if (one instanceof ExactNumber) left.characters -= one.text.length;
      else if (typeof one === 'object' && one !== null) {
        if (reached === depth) return 'depth';
        if (Array.isArray(one)) for (const child of one) next.push(child);
        else
          for (const key of Object.keys(one)) {
            left.characters -= key.length + 3;
            next.push((one as Record<string, unknown>)[key]);
          }
      }
      left.characters -= 1;
      if (next.length > left.values) return 'values';
      if (left.characters < next.length) return 'characters';
    }
    left.values -= next.length;
    level = next;
  }
  return null;
}
