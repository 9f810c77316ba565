import { randomBytes } from 'node:crypto';
import { isContainer, numberOf } from './exact-number.js';
import type { ExactNumber } from './exact-number.js';

/** A number that a double might change: it has sixteen digits or an exponent. Now and then a part of a text fits, too. */
const DOUBTFUL = /(?:^|[:,[\s])-?\d(?:[\d.]{15}|[\d.]*[eE])/;
const DOUBTFUL_NUMBERS = /(?<=^|[:,[\s])-?\d(?:[\d.]{15}|[\d.]*[eE])[-+\d.eE]*/g;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
/** The key of the object that stands in place of an exact number. No sender can know it. */
const MARK = randomBytes(12).toString('base64url');

/**
 * As `JSON.parse`, with every number exactly as it was written (see `numberOf`). Not with a reviver, which knows the
 * digits too: it takes three times as long for every value, and its stack ends 3,000 levels deep.
 * @throws SyntaxError
 */
export function readJson(text: string): unknown {
  if (!DOUBTFUL.test(text)) return JSON.parse(text);
  const exact: ExactNumber[] = [];
  const value: unknown = JSON.parse(markExact(text, exact));
  return exact.length === 0 ? value : withExact(value, exact);
}

/** @param exact the numbers found are added to it: in the text, their places in it stand for them */
function markExact(text: string, exact: ExactNumber[]): string {
  let [marked, taken] = ['', 0];
  // The text that begins last before a number ends here; the next one begins there.
  let [end, next] = [0, textAfter(text, 0)];
  for (const { 0: source, index } of text.matchAll(DOUBTFUL_NUMBERS)) {
    while (next < index) {
      end = endOfText(text, next);
      next = textAfter(text, end);
    }
    if (index < end || !NUMBER.test(source)) continue;
    const number = numberOf(source);
    if (typeof number === 'number') continue;
    marked += `${text.slice(taken, index)}{"${MARK}":${exact.push(number) - 1}}`;
    taken = index + source.length;
  }
  return marked + text.slice(taken);
}

function textAfter(text: string, at: number): number {
  const start = text.indexOf('"', at);
  return start < 0 ? text.length : start;
}

/** Just after the quotation mark that ends the text which starts here. */
function endOfText(text: string, start: number): number {
  for (let at = start; ;) {
    at = text.indexOf('"', at + 1);
    if (at < 0) return text.length;
    let escapes = at;
    while (text[escapes - 1] === '\\') escapes -= 1;
    if ((at - escapes) % 2 === 0) return at + 1;
  }
}

/** Needs no stack, however deep the value nests. */
function withExact(value: unknown, exact: readonly ExactNumber[]): unknown {
  const whole = { value };
  const open: object[] = [whole];
  for (let one = open.pop(); one; one = open.pop()) {
    const holder = one as Record<string, unknown>;
    for (const key of Object.keys(holder)) {
      const child = holder[key];
      if (!isContainer(child)) continue;
      const place = (child as Record<string, unknown>)[MARK];
      if (typeof place === 'number') holder[key] = exact[place];
      else open.push(child);
    }
  }
  return whole.value;
}
