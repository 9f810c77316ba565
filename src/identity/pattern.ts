import { LRUCache } from 'lru-cache';
import { RE2JS } from 're2js';
import { OnefoldError } from '../platform/index.js';

export const MAX_PATTERN = 200;
/** In a regular expression each of these has a meaning; here too, or is refused. */
const SPECIAL = new Set('^$\\.*+?()[]{}|/');
const REPEATS = new Set('*+?');
const REMEMBERED = 100;

const matchers = new LRUCache<string, RE2JS>({ max: REMEMBERED });

/**
 * Reads patterns: a small part of JavaScript's regular expressions (with the flags `s` and `u`), with the same
 * meaning. Characters, `.`, classes (`[a-z0-9-]`, `[^@]`), each perhaps with `*`, `+` or `?`; `^` at its beginning,
 * `$` at its end, `\` before a character with a meaning. All of them are looked for at once by an automaton (RE2),
 * whose time depends on the length of the value and hardly on the patterns.
 * @returns what tells whether one of the patterns is found in a value
 * @throws OnefoldError PATTERN_INVALID
 */
export function compilePatterns(patterns: readonly string[]): (value: string) => boolean {
  const sources = [...new Set(patterns)].map(sourceOf);
  const quick = alternatives(sources.filter(isSimple));
  const others = alternatives(sources.filter((source) => !isSimple(source)));
  const simple = quick === '' ? null : new RegExp(quick.replaceAll('\\x{', '\\u{'), 'su');
  const matcher = others === '' ? null : (matchers.get(others) ?? RE2JS.compile(others, RE2JS.DOTALL));
  if (matcher) matchers.set(others, matcher);
  return (value) => simple?.test(value) === true || matcher?.test(value) === true;
}

/**
 * Whether JavaScript's own engine, several times as fast, can be trusted with it: going back and forth over one
 * repetition takes the square of a value's 256 characters at most.
 */
function isSimple(source: string): boolean {
  // Characters are written by their numbers: these are repetitions.
  return (source.match(/[*+]/g) ?? []).length <= 1 && (source.match(/\?/g) ?? []).length <= 3;
}

function alternatives(sources: readonly string[]): string {
  return sources.map((source) => `(?:${source})`).join('|');
}

/** As `compilePatterns`, of one. */
export function compilePattern(text: string): (value: string) => boolean {
  return compilePatterns([text]);
}

/** The pattern in the spelling of RE2. @throws OnefoldError PATTERN_INVALID */
function sourceOf(pattern: string): string {
  if (pattern === '') throw invalid('An empty pattern would fit everything.');
  if (pattern.length > MAX_PATTERN) throw invalid(`A pattern has at most ${MAX_PATTERN} characters.`);
  const rest = [...pattern];
  let source = '';
  if (rest[0] === '^') source += rest.shift();
  for (let next = rest.shift(); next !== undefined; next = rest.shift()) {
    if (next === '$' && rest.length === 0) return `${source}$`;
    source += one(next, rest);
    if (REPEATS.has(rest[0] ?? '')) source += rest.shift();
  }
  return source;
}

/** What one character, whose description begins with `first` and goes on in `rest`, must be. */
function one(first: string, rest: string[]): string {
  if (first === '.') return '.';
  if (first === '[') return classOf(rest);
  const literal = first === '\\' ? escaped(rest) : first;
  if (first !== '\\' && SPECIAL.has(first)) {
    throw invalid(
      `\`${first}\` cannot stand there. For the character itself write \`\\${first}\`; groups, alternatives and counts are not understood.`,
    );
  }
  return codePoint(literal);
}

function classOf(rest: string[]): string {
  const negated = rest[0] === '^';
  if (negated) rest.shift();
  let ranges = '';
  for (let next = rest.shift(); next !== ']'; next = rest.shift()) {
    const from = member(next, rest);
    const isRange = rest[0] === '-' && rest[1] !== ']';
    if (isRange) rest.shift();
    const to = isRange ? member(rest.shift(), rest) : from;
    if (codeOf(from) > codeOf(to)) throw invalid('A range in a class runs backwards.');
    ranges += `${codePoint(from)}-${codePoint(to)}`;
  }
  // RE2 has no empty class; this one matches nothing.
  if (ranges === '') return negated ? '.' : '[^\\x{0}-\\x{10ffff}]';
  return `[${negated ? '^' : ''}${ranges}]`;
}

function member(character: string | undefined, rest: string[]): string {
  if (character === undefined) throw invalid('A class that `[` begins has no `]`.');
  if (character === '[') throw invalid('In a class, write `\\[` for the character itself.');
  return character === '\\' ? escaped(rest, '-') : character;
}

function escaped(rest: string[], also = ''): string {
  const character = rest.shift();
  if (character === undefined || !(SPECIAL.has(character) || character === also))
    throw invalid('A `\\` stands only before a character that has a meaning, such as `\\.`.');
  return character;
}

function codePoint(character: string): string {
  return `\\x{${codeOf(character).toString(16)}}`;
}

function codeOf(character: string): number {
  return character.codePointAt(0) ?? 0;
}

function invalid(message: string): OnefoldError {
  return new OnefoldError('PATTERN_INVALID', { message });
}
