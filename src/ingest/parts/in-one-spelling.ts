import { composedJson, furtherFaults, MAX_FAULTS, OnefoldError } from '../../platform/index.js';

/** As `composedJson`. If two names come out as one, the value of the later one stands, and a warning says so. */
export function inOneSpelling<T extends object>(
  value: T,
  path: readonly string[],
  warnings: OnefoldError[],
): T {
  const clashes: (readonly (string | number)[])[] = [];
  const spelled = composedJson(value, path, clashes);
  for (const clash of clashes.slice(0, MAX_FAULTS)) {
    const message =
      'A later name is the same but for its spelling (white space, Unicode): its value is kept.';
    warnings.push(new OnefoldError('INVALID_VALUE', { path: clash, message }));
  }
  if (clashes.length > MAX_FAULTS) warnings.push(furtherFaults(path));
  return spelled as T;
}
