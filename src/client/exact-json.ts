interface ExactJson {
  rawJSON?: (text: string) => unknown;
}

/** Where a whole number may stand that a `number` would round. */
const LARGE = /[:,[\s]-?\d{16}/;
const WHOLE = /^-?\d+$/;

/** As JSON.stringify; a `bigint` is the number that it is. @throws TypeError where the runtime cannot write one */
export function toJson(value: unknown): string {
  return JSON.stringify(value, exactly);
}

/** As JSON.parse; a whole number that a `number` would round is a `bigint`, where the runtime shows its digits. */
export function fromJson(text: string): unknown {
  return LARGE.test(text) ? JSON.parse(text, unrounded) : JSON.parse(text);
}

/** The replacer of `toJson`. */
export function exactly(_key: string, value: unknown): unknown {
  if (typeof value !== 'bigint') return value;
  const { rawJSON } = JSON as ExactJson;
  if (rawJSON) return rawJSON(String(value));
  throw new TypeError(
    'This runtime cannot write a bigint as JSON (Node can since version 22): send the number as a text.',
  );
}

/** The reviver of `fromJson`. */
export function unrounded(_key: string, value: unknown, context?: { source?: string }): unknown {
  const isSafe = typeof value !== 'number' || Math.abs(value) <= Number.MAX_SAFE_INTEGER;
  const { source } = context ?? {};
  return isSafe || !source || !WHOLE.test(source) ? value : BigInt(source);
}
