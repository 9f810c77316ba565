import { canonicalKey } from '../platform/index.js';

const STEP = /"((?:[^"\\]|\\["\\])*)"(?=\.|$)|((?!")[^.]*)/y;
const ESCAPED = /\\(["\\])/g;

/**
 * The keys on the way to a property, from the outermost inwards: `product.price` is the `price` in `product`. A key that
 * holds a dot, or begins with a quotation mark, stands in quotation marks: `"gtm.uniqueEventId".first`; inside them
 * `\"` and `\\` stand for a quotation mark and a backslash. Each key is spelled as it is kept: see `canonicalKey`.
 * @returns null for what has no end to its quotation marks, or goes on right behind them
 */
export function stepsOfPath(path: string): readonly string[] | null {
  if (!path.includes('"')) return path.split('.').map(canonicalKey);
  const steps: string[] = [];
  const step = new RegExp(STEP);
  // Between two keys there is one dot.
  for (let at = 0; at <= path.length; at = step.lastIndex + 1) {
    step.lastIndex = at;
    const match = step.exec(path);
    if (!match) return null;
    const [, quoted, plain = ''] = match;
    steps.push(canonicalKey(quoted === undefined ? plain : quoted.replace(ESCAPED, '$1')));
  }
  return steps;
}

/** The path that has these steps. */
export function pathOfSteps(steps: readonly string[]): string {
  return steps.map((key) => (/^"|\.|^$/.test(key) ? `"${key.replace(/["\\]/g, '\\$&')}"` : key)).join('.');
}
