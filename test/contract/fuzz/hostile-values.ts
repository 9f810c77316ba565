import fc from 'fast-check';
import type { Arbitrary } from 'fast-check';

const MEGABYTE = 1_000_000;
/** Some that a parser of JSON takes, and a recursive walk may not; and one that neither does. */
const DEPTHS = [20, 200, 5_000, 100_000];
const UUID = '01890a5d-ac96-774b-bcce-b302099a8057';

const TEXTS = [
  ...[
    '',
    ' ',
    '\u0000',
    'a\u0000b',
    '\ud800',
    'a\udfff\ud800b',
    '\ufeff',
    '\u202egnp',
    '\n\r\t',
    'İ',
    'ß',
    'e\u0301',
    '😀',
    '🏳️‍🌈',
  ],
  ...[
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    'null',
    'undefined',
    'NaN',
    'Infinity',
    '-0',
    '1e309',
  ],
  ...[
    `'`,
    `"`,
    '`',
    '\\',
    '%',
    '_',
    '$1',
    '$$',
    '--',
    '/*',
    `'; drop table profile; --`,
    'select',
    'user',
    'default',
    `E'\\x00'`,
  ],
  ...[
    '.',
    '..',
    'a.b',
    'a..b',
    '.a',
    'a[0]',
    '$.x',
    '{}',
    '[]',
    '{"a":',
    '<b>',
    '{{7*7}}',
    '${x}',
    '../../etc/passwd',
    '%00',
  ],
  ...[
    '(',
    '[',
    '[^]',
    '*',
    '(a+)+$',
    '(?<x>a)',
    '\\1',
    '^',
    '^$',
    'a{1000}',
    'a{99999}',
    '.*'.repeat(90),
    '[z-a]',
    '\\u{110000}',
  ],
  ...[
    '@',
    'a@b',
    '@b.c',
    '+',
    '+0',
    '+49',
    'tel:+32470123456',
    '00000000000',
    '-1',
    '0',
    '٣',
    'x'.repeat(101),
    '🏳️‍🌈'.repeat(300),
  ],
  ...[
    'infinity',
    '-infinity',
    'now',
    'epoch',
    '99999-01-01',
    '2026-02-30',
    'Europe/Brussels',
    'Etc/GMT+99',
    'UTC-25',
    'en-x',
    'xx_YY',
  ],
];
const LONG_TEXTS = [
  'x'.repeat(MEGABYTE),
  '\u0000'.repeat(10_000),
  '😀'.repeat(100_000),
  'a.'.repeat(100_000),
  '('.repeat(50_000),
];

const IDS = [
  ...[
    '',
    'x',
    'profile_',
    `profile_${'0'.repeat(26)}`,
    `profile_7${'z'.repeat(25)}`,
    `profile_8${'z'.repeat(25)}`,
    UUID,
  ],
  ...['event', 'segment', 'source', 'key', 'merge', 'conflict', 'quarantined', 'workspace', 'build'].map(
    (kind) => `${kind}_01h455vb4pex5vsknk084sn02q`,
  ),
  ...['profile_01h455vb4pex5vsknk084sn02q', '\u0000', '__proto__', '-1', 'x'.repeat(MEGABYTE)],
];

const INTEGERS = [
  0, 1, -1, 2, 14, 20, 100, 500, 501, 1_000, 65_536, 1_000_000, 2_147_483_647, -2_147_483_648,
];
const NUMBERS = [...INTEGERS, 0.1, -0.5, 1e21, 1e308, -1e308, 5e-324, 2 ** 53, 2 ** 53 + 2, 2 ** 63];

const INSTANTS = [
  ...[
    '99999-01-01T00:00:00Z',
    '+099999-01-01T00:00:00Z',
    '+275760-09-13T00:00:00Z',
    '9999-12-31T23:59:59.999Z',
    '0000-01-01T00:00:00Z',
  ],
  ...[
    '-000001-01-01T00:00:00Z',
    '0001-01-01T00:00:00Z',
    '1582-10-10T00:00:00Z',
    '1969-12-31T23:59:59Z',
    '2026-02-30T00:00:00Z',
  ],
  ...[
    '2026-01-01T24:00:00Z',
    '2026-01-01T23:59:60Z',
    '2026-01-01T00:00:00+14:00',
    '2026-01-01T00:00:00-23:59',
    '2026-01-01T00:00:00+99:99',
  ],
  ...[
    '2026-01-01T00:00:00.123456789Z',
    '2026-01-01T00:00:00',
    '2026-01-01',
    '2026-01-01 00:00Z',
    '20260101T000000Z',
    'infinity',
    'now',
    '',
    'x',
    '0',
  ],
];

/** Stand for what is nested so deep that it cannot be written as a value here: see `withDepth`. */
const DEEP = DEPTHS.flatMap((depth) => [`nested arrays: ${depth}`, `nested objects: ${depth}`]);

/** Puts what is nested deep where it stands by name. */
export function withDepth(json: string): string {
  return json.replace(/"nested (arrays|objects): (\d+)"/g, (_, kind: string, depth: string) => {
    const [open, close] = kind === 'arrays' ? ['[', ']'] : ['{"a":', '}'];
    return `${open.repeat(Number(depth))}1${close.repeat(Number(depth))}`;
  });
}

const STRUCTURES = [
  ...[
    null,
    true,
    [],
    {},
    [[]],
    [null],
    { '': null },
    { '\u0000': 1 },
    { 'a\ud800': 1 },
    [1, 'a', null, true],
  ],
  JSON.parse(
    '{"__proto__": {"isAdmin": true}, "constructor": {"prototype": 1}, "toString": null}',
  ) as unknown,
  ...DEEP,
  Array.from({ length: 20_000 }, (_, number) => number),
  Object.fromEntries(Array.from({ length: 5_000 }, (_, number) => [`key-${number}`, `v${number}`])),
];

/** Of what everything is made. Simple ones come first: shrinking leads to them. */
const TEXT = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...TEXTS) },
  { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 1, arbitrary: fc.constantFrom(...LONG_TEXTS) },
);
const ANYTHING = fc.oneof(
  fc.constantFrom<unknown>(...STRUCTURES),
  TEXT,
  fc.constantFrom(...NUMBERS),
  fc.jsonValue(),
);

const BY_SCALAR: Record<string, Arbitrary<unknown>> = {
  String: TEXT,
  ID: fc.oneof(fc.constantFrom(...IDS), TEXT),
  Int: fc.constantFrom(...INTEGERS),
  Float: fc.constantFrom(...NUMBERS),
  Boolean: fc.boolean(),
  DateTime: fc.constantFrom(...INSTANTS),
  JSON: ANYTHING,
};

/** Values that are of the scalar's type, or nearly, and meant to do harm. */
export function hostile(scalar: string): Arbitrary<unknown> {
  return BY_SCALAR[scalar] ?? TEXT;
}

/** Values whose type is most likely another than the one asked for. */
export const OF_ANOTHER_TYPE: Arbitrary<unknown> = ANYTHING;
