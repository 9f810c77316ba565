import { OnefoldError } from '../platform/index.js';

/** One character of a value, or a run of them. */
interface Element {
  fits(character: string): boolean;
  /** Whether it may be left out. */
  optional: boolean;
  /** Whether it may be repeated. */
  repeated: boolean;
}

interface Pattern {
  elements: readonly Element[];
  /** Whether it holds for the beginning of a value only, and for its end only. */
  fromStart: boolean;
  toEnd: boolean;
}

export const MAX_PATTERN = 200;
/** In a regular expression each of these has a meaning; here too, or is refused. */
const SPECIAL = new Set('^$\\.*+?()[]{}|/');
const REPEATS: Readonly<Record<string, { optional: boolean; repeated: boolean }>> = {
  '?': { optional: true, repeated: false },
  '*': { optional: true, repeated: true },
  '+': { optional: false, repeated: true },
};
const ONCE = { optional: false, repeated: false };

/**
 * Reads a pattern: a small part of JavaScript's regular expressions (with the flags `s` and `u`), with the same
 * meaning. Characters, `.`, classes (`[a-z0-9-]`, `[^@]`), each perhaps with `*`, `+` or `?`; `^` at its beginning,
 * `$` at its end, `\` before a character with a meaning. No groups and no alternatives, so that matching takes at
 * most length of the pattern × length of the value steps (Thompson's simulation, https://swtch.com/~rsc/regexp/).
 * @returns what tells whether the pattern is found in a value
 * @throws OnefoldError PATTERN_INVALID
 */
export function compilePattern(text: string): (value: string) => boolean {
  const pattern = parse(text);
  // Used again for every value: a batch has thousands.
  const places = [new Places(pattern.elements), new Places(pattern.elements)] as const;
  return (value) => isFound(pattern, value, places);
}

function isFound(
  { elements, fromStart, toEnd }: Pattern,
  value: string,
  [one, other]: readonly [Places, Places],
): boolean {
  // Mostly it fails at once.
  if (fromStart && !canBegin(elements[0], value)) return false;
  let [places, next] = [one.clear().add(0), other];
  for (const character of value) {
    if (places.reachedEnd && !toEnd) return true;
    if (places.all.length === 0) return false;
    next.clear();
    for (const place of places.all) {
      const element = elements[place];
      if (!element?.fits(character)) continue;
      next.add(place + 1);
      if (element.repeated) next.add(place);
    }
    if (!fromStart) next.add(0);
    [places, next] = [next, places];
  }
  return places.reachedEnd;
}

function canBegin(first: Element | undefined, value: string): boolean {
  if (!first || first.optional) return true;
  const code = value.codePointAt(0);
  return code !== undefined && first.fits(String.fromCodePoint(code));
}

/** Where in the pattern a value may be at one of its characters: each place once. */
class Places {
  readonly all: number[] = [];
  private readonly known: Uint8Array;

  constructor(private readonly elements: readonly Element[]) {
    this.known = new Uint8Array(elements.length + 1);
  }

  get reachedEnd(): boolean {
    return this.known[this.elements.length] === 1;
  }

  clear(): this {
    this.all.length = 0;
    this.known.fill(0);
    return this;
  }

  /** Adds a place, and those after it that are reached by leaving out what is optional. */
  add(place: number): this {
    for (let at = place; this.known[at] === 0; at += 1) {
      this.known[at] = 1;
      this.all.push(at);
      if (!this.elements[at]?.optional) break;
    }
    return this;
  }
}

function parse(text: string): Pattern {
  if (text === '') throw invalid('An empty pattern would fit everything.');
  if (text.length > MAX_PATTERN) throw invalid(`A pattern has at most ${MAX_PATTERN} characters.`);
  const rest = [...text];
  const fromStart = rest[0] === '^';
  if (fromStart) rest.shift();
  const elements: Element[] = [];
  let toEnd = false;
  for (let next = rest.shift(); next !== undefined; next = rest.shift()) {
    if (next === '$' && rest.length === 0) toEnd = true;
    else {
      const fits = one(next, rest);
      const repeat = REPEATS[rest[0] ?? ''];
      if (repeat) rest.shift();
      elements.push({ fits, ...(repeat ?? ONCE) });
    }
  }
  return { elements, fromStart, toEnd };
}

/** What one character, whose description begins with `first` and goes on in `rest`, must be. */
function one(first: string, rest: string[]): Element['fits'] {
  if (first === '.') return () => true;
  if (first === '[') return classOf(rest);
  const literal = first === '\\' ? escaped(rest) : first;
  if (first !== '\\' && SPECIAL.has(first)) {
    throw invalid(
      `\`${first}\` cannot stand there. For the character itself write \`\\${first}\`; groups, alternatives and counts are not understood.`,
    );
  }
  return (character) => character === literal;
}

function classOf(rest: string[]): Element['fits'] {
  const negated = rest[0] === '^';
  if (negated) rest.shift();
  const ranges: [from: number, to: number][] = [];
  for (let next = rest.shift(); next !== ']'; next = rest.shift()) {
    const from = member(next, rest);
    const isRange = rest[0] === '-' && rest[1] !== ']';
    if (isRange) rest.shift();
    const to = isRange ? member(rest.shift(), rest) : from;
    if (from > to) throw invalid('A range in a class runs backwards.');
    ranges.push([from, to]);
  }
  return (character) => {
    const code = codeOf(character);
    return ranges.some(([from, to]) => from <= code && code <= to) !== negated;
  };
}

function member(character: string | undefined, rest: string[]): number {
  if (character === undefined) throw invalid('A class that `[` begins has no `]`.');
  if (character === '[') throw invalid('In a class, write `\\[` for the character itself.');
  return codeOf(character === '\\' ? escaped(rest, '-') : character);
}

function escaped(rest: string[], also = ''): string {
  const character = rest.shift();
  if (character === undefined || !(SPECIAL.has(character) || character === also))
    throw invalid('A `\\` stands only before a character that has a meaning, such as `\\.`.');
  return character;
}

function codeOf(character: string): number {
  return character.codePointAt(0) ?? 0;
}

function invalid(message: string): OnefoldError {
  return new OnefoldError('PATTERN_INVALID', { message });
}
