declare global {
  interface JSON {
    /** An object that `JSON.stringify` writes as this text. */
    rawJSON(text: string): object;
  }
}

/** Digits of a number that is written out in full: as far as one is kept. A double needs at most 341. */
const MAX_DIGITS = 1_000;
/** JavaScript writes out all digits of integers up to here. */
const PLAIN_INTEGER = /^-?[1-9]\d{0,19}$/;
const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/**
 * A number of JSON whose digits a double would change, such as an id of 18 digits. Every number has one form: it is a
 * `number` if that says the same, and this one if not. `numberOf` makes both.
 */
export class ExactNumber {
  /**
   * @param text the number written out in full, in its shortest form
   * @param isTooLong whether it has more digits than are kept; the text is then as it came
   */
  constructor(
    readonly text: string,
    readonly isTooLong = false,
  ) {}

  toJSON(): object {
    return JSON.rawJSON(this.text);
  }
}

/** @param source a number as JSON or GraphQL writes it */
export function numberOf(source: string): number | ExactNumber {
  const number = Number(source);
  const shortest = String(number);
  if (shortest === source) return number;
  if (PLAIN_INTEGER.test(source)) return new ExactNumber(source);
  const exact = writtenOut(source);
  if (exact === null) return new ExactNumber(source, true);
  return Number.isFinite(number) && writtenOut(shortest) === exact ? number : new ExactNumber(exact);
}

export function isNumber(value: unknown): value is number | ExactNumber {
  return typeof value === 'number' || value instanceof ExactNumber;
}

/** All digits of a number, as JSON would have them: without an exponent. */
export function digitsOf(value: number | ExactNumber): string {
  if (value instanceof ExactNumber) return value.text;
  const shortest = String(value);
  return writtenOut(shortest) ?? shortest;
}

/** Whether it is a list or an object: what walks through JSON asks this. */
export function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !(value instanceof ExactNumber);
}

/** The same text for the same number; null when it has too many digits. */
function writtenOut(source: string): string | null {
  if (source.length > 2 * MAX_DIGITS) return null;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = NUMBER.exec(source) ?? [];
  const all = whole + fraction;
  let [first, end] = [0, all.length];
  while (all[first] === '0') first += 1;
  while (end > first && all[end - 1] === '0') end -= 1;
  const digits = all.slice(first, end);
  if (digits === '') return '0';
  // Where the point stands, counted from the first of these digits.
  const point = whole.length - first + Number(exponent);
  if (Math.max(digits.length, point, digits.length - point) > MAX_DIGITS) return null;
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  const integer = digits.slice(0, point).padEnd(point, '0');
  return `${sign}${integer}${digits.length > point ? `.${digits.slice(point)}` : ''}`;
}
