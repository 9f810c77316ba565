import type { Quoting } from './names.js';

/** The same JSON with the quotation marks that its paths need. */
export function withQuotings<T>(json: T, quotings: readonly Quoting[]): T {
  return quotings.reduce((quoted, { at, path }) => replaced(quoted, at, path) as T, json);
}

/** A copy with another value at the path. All else is shared: a clone would not know an exact number. */
function replaced(json: unknown, [step, ...inside]: readonly string[], value: unknown): unknown {
  if (step === undefined) return value;
  const copy = (Array.isArray(json) ? [...(json as unknown[])] : { ...(json as object) }) as Steps;
  copy[step] = replaced(copy[step], inside, value);
  return copy;
}

type Steps = Record<string, unknown>;
