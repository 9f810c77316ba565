import fc from 'fast-check';
import { compilePattern } from '../../src/identity/pattern.js';

const CHARACTERS = ['a', 'b', 'z', '0', '9', '-', '.', '@', ' ', 'é', '\u{1f600}', '^', '[', '\\'];

/** One character of a value as it stands in a pattern, or in a class of one. */
const literal = fc.constantFrom('a', 'b', '0', '@', '-', '\\.', '\\^', '\\[', '\\\\', 'é', '\u{1f600}');
const member = fc.constantFrom(
  'a',
  'b',
  '0-9',
  'a-z',
  '\\-',
  '\\]',
  '\\\\',
  '@',
  '^.',
  '\u{1f600}',
  'a-\u{1f600}',
);
const characterClass = fc
  .tuple(fc.constantFrom('', '^'), fc.array(member, { minLength: 1, maxLength: 3 }), fc.constantFrom('', '-'))
  .map(([negation, members, dash]) => `[${negation}${members.join('')}${dash}]`);
const element = fc
  .tuple(fc.oneof(literal, characterClass, fc.constant('.')), fc.constantFrom('', '', '*', '+', '?'))
  .map((parts) => parts.join(''));
const pattern = fc
  .tuple(
    fc.constantFrom('', '^'),
    fc.array(element, { minLength: 1, maxLength: 6 }),
    fc.constantFrom('', '$'),
  )
  .map(([start, elements, end]) => `${start}${elements.join('')}${end}`);
const value = fc.array(fc.constantFrom(...CHARACTERS), { maxLength: 8 }).map((parts) => parts.join(''));

describe('a pattern', () => {
  it('finds what JavaScript’s regular expressions find', () => {
    fc.assert(
      fc.property(pattern, value, (text, sought) => {
        expect([text, sought, compilePattern(text)(sought)]).toEqual([
          text,
          sought,
          new RegExp(text, 'su').test(sought),
        ]);
      }),
      { numRuns: 5_000 },
    );
  });

  it('that is accepted means to JavaScript the same, whatever was typed', () => {
    const typed = fc
      .array(fc.constantFrom(...'ab0-^$.*+?[]\\(){}|/d,'), { minLength: 1, maxLength: 8 })
      .map((characters) => characters.join(''));
    let accepted = 0;
    fc.assert(
      fc.property(typed, value, (text, sought) => {
        const found = compiledOr(text);
        if (!found) return;
        accepted += 1;
        expect([text, sought, found(sought)]).toEqual([text, sought, new RegExp(text, 'su').test(sought)]);
      }),
      { numRuns: 20_000 },
    );
    expect(accepted).toBeGreaterThan(500);
  });

  it.each([
    ['^[0-]*$', ['', '0', '-', '00000000-0000-0000-0000-000000000000'], ['0001', 'o']],
    ['test', ['test', 'a test', 'testing'], ['Test', 'tes']],
    ['^test', ['test', 'testing'], ['a test']],
    ['@example\\.com$', ['ada@example.com'], ['ada@exampleXcom', 'ada@example.com.be']],
    ['^a?b+c*$', ['b', 'abbcc'], ['aab', 'ac', '']],
    ['^.$', ['x', '\u{1f600}'], ['', 'xx']],
    ['[^a-z]', ['aBc'], ['abc', '']],
    ['^$', [''], ['a']],
  ])('%j fits what it should', (text, fitting, others) => {
    const fits = compilePattern(text);
    expect(fitting.filter((one) => !fits(one))).toEqual([]);
    expect(others.filter((one) => fits(one))).toEqual([]);
  });

  it.each([
    ['', 'An empty pattern'],
    ['a'.repeat(201), 'at most 200 characters'],
    ['(a)', 'groups'],
    ['a|b', 'alternatives'],
    ['a{2}', 'counts'],
    ['*a', '`*` cannot stand there'],
    ['a**', '`*` cannot stand there'],
    ['a+?', '`?` cannot stand there'],
    ['a^', '`^` cannot stand there'],
    ['a$b', '`$` cannot stand there'],
    ['a]', '`]` cannot stand there'],
    ['[a', 'no `]`'],
    ['[', 'no `]`'],
    ['[a-', 'no `]`'],
    ['[z-a]', 'runs backwards'],
    ['[[:alpha:]]', '`\\[`'],
    ['\\d', 'before a character that has a meaning'],
    ['a\\', 'before a character that has a meaning'],
    ['\\1', 'before a character that has a meaning'],
  ])('%j is refused, and it says why', (text, why) => {
    expect(() => compilePattern(text)).toThrow(
      expect.objectContaining({ code: 'PATTERN_INVALID', message: expect.stringContaining(why) }),
    );
  });

  it('takes no longer than its length times that of the value', () => {
    const text = `^${'a?'.repeat(49)}${'a*'.repeat(50)}$`;
    const fits = compilePattern(text);
    const start = performance.now();
    // What makes a backtracking matcher try for longer than the universe is old.
    expect(fits(`${'a'.repeat(255)}!`)).toBe(false);
    expect(performance.now() - start).toBeLessThan(250);
  });
});

function compiledOr(text: string): ((value: string) => boolean) | null {
  try {
    return compilePattern(text);
  } catch {
    return null;
  }
}
