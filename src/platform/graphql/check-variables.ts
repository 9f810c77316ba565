/** Values in the variables of one operation, lists and objects included: GraphQL.js takes about a microsecond for each. */
export const MAX_VALUES = 50_000;
/** A rule nests up to 100 deep. */
const MAX_DEPTH = 120;

/**
 * Counts what is in the variables before anything reads them.
 * @returns why they are too large, for people; null = they are not
 */
export function faultOfVariables(variables: Readonly<Record<string, unknown>>): string | null {
  let values = 0;
  let level: unknown[] = [variables];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) return `Its variables nest more than ${MAX_DEPTH} deep.`;
    const next: unknown[] = [];
    for (const one of level) {
      if (typeof one !== 'object' || one === null) continue;
      const children: unknown[] = Array.isArray(one) ? one : Object.values(one);
      values += children.length;
      if (values > MAX_VALUES)
        return `Its variables hold more than ${MAX_VALUES} values. Send fewer at a time.`;
      for (const child of children) if (typeof child === 'object' && child !== null) next.push(child);
    }
    level = next;
  }
  return null;
}
