import fc from 'fast-check';
import pg from 'pg';
import {
  bigints,
  bits,
  byteas,
  Column,
  ints,
  instants,
  jsons,
  texts,
  uuids,
} from '../../src/platform/index.js';
import { atEnd, cloneDatabase } from '../kit/index.js';

const RUNS = 200;

let client: pg.Client;

beforeAll(async () => {
  client = new pg.Client({ connectionString: await cloneDatabase(), options: '-c timezone=UTC' });
  await client.connect();
  atEnd(() => client.end());
});

/** What PostgreSQL says the elements of the array are, in order. */
async function read(type: string, column: Buffer): Promise<unknown[]> {
  const { rows } = await client.query<{ value: unknown }>(
    `select value from unnest($1::${type}[]) with ordinality as given(value, number) order by number`,
    [column],
  );
  return rows.map(({ value }) => value);
}

const INT4 = { min: -(2 ** 31), max: 2 ** 31 - 1 };
const BIGGEST = { min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER };
const DATES = {
  min: new Date('0001-01-01T00:00:00.000Z'),
  max: new Date('9999-12-31T23:59:59.999Z'),
  noInvalidDate: true,
};

const LOWEST = '00000000-0000-0000-0000-000000000000';

/** Of any version and variant, in any mixture of cases. */
const uuid = fc
  .string({ unit: fc.constantFrom(...'0123456789abcdefABCDEF'), minLength: 32, maxLength: 32 })
  .map((digits) => digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'));

/** All that PostgreSQL can keep: it has no U+0000. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.constantFrom('', 'NULL', '{}', '","', '\\', '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}', 'é', 'é'),
  fc
    .tuple(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 9 }),
      fc.integer({ min: 1_000, max: 9_000 }),
    )
    .map(([some, times]) => some.repeat(times)),
);
const keepable = text.map((one) => one.replaceAll('\0', ''));
const json = fc
  .oneof(
    fc.jsonValue({ maxDepth: 6, stringUnit: 'binary' }),
    fc.record({ a: fc.record({ b: fc.array(keepable) }) }),
  )
  .map((value) => JSON.stringify(value))
  .filter((written) => !written.includes('\\u0000'))
  .map((written) => JSON.parse(written) as unknown);

describe('a column that PostgreSQL has sent', () => {
  const ofAll: [type: string, value: fc.Arbitrary<string>][] = [
    ['int', fc.integer(INT4).map(String)],
    ['uuid', uuid.map((one) => one.toLowerCase())],
    ['"char"', fc.constantFrom(...'ABC')],
    [
      'timestamptz',
      fc.oneof(
        fc.constant('infinity'),
        fc.date(DATES).map((date) => date.toISOString()),
      ),
    ],
  ];

  it.each(ofAll)(
    '%s: is read in parts, also empty ones, as it was sent, and put together again',
    (type, value) =>
      fc.assert(
        fc.asyncProperty(
          fc.array(value, { maxLength: 30 }),
          fc.nat(30),
          fc.nat(30),
          async (values, ...ends) => {
            const [from = 0, until = 0] = ends
              .map((end) => Math.min(end, values.length))
              .sort((a, b) => a - b);
            const { rows } = await client.query<{ sent: Buffer }>(
              `select array_send($1::text[]::${type}[]) as sent`,
              [values],
            );
            const column = new Column(rows[0]?.sent ?? Buffer.of());
            expect(column.length).toBe(values.length);
            const part = column.slice(from, until);
            expect(part.length).toBe(until - from);
            const kept = await client.query(`select $1::${type}[] = $2::text[]::${type}[] as same`, [
              part.bytes,
              values.slice(from, until),
            ]);
            expect(kept.rows).toEqual([{ same: true }]);
            const [before, after] = [column.slice(0, from), column.slice(until, values.length)];
            expect(Column.concat([before, part, after]).bytes).toEqual(column.bytes);
          },
        ),
        { numRuns: RUNS },
      ),
  );

  it('gives its values as bytes', async () => {
    const id = '0190a000-0000-7000-8000-0000000000fe';
    const { rows } = await client.query<{ sent: Buffer }>(
      `select array_send(array[$1, $2]::uuid[]) as sent`,
      [LOWEST, id],
    );
    const column = new Column(rows[0]?.sent ?? Buffer.of());
    expect(column.at(1).toString('hex')).toBe(id.replaceAll('-', ''));
    expect([0, 1].map((place) => column.lastByteAt(place))).toEqual([0, 0xfe]);
  });
});

describe('PostgreSQL reads what was written', () => {
  const columnOf = <T>(value: fc.Arbitrary<T>) => fc.array(value, { maxLength: 30 });
  const orNull = <T>(value: fc.Arbitrary<T>) => fc.option(value, { freq: 4 });
  const extremesOf = ({ min, max }: { min: number; max: number }) =>
    fc.oneof(fc.constantFrom(min, min + 1, -1, 0, 1, max - 1, max), fc.integer({ min, max }));

  it('int', () =>
    fc.assert(
      fc.asyncProperty(columnOf(extremesOf(INT4)), async (values) => {
        expect(await read('int', ints(values))).toEqual(values);
      }),
      { numRuns: RUNS },
    ));

  it('bigint, as far as numbers are whole', () =>
    fc.assert(
      fc.asyncProperty(columnOf(extremesOf(BIGGEST)), async (values) => {
        expect(await read('bigint', bigints(values))).toEqual(values.map(String));
      }),
      { numRuns: RUNS },
    ));

  it('uuid, in whatever case', () =>
    fc.assert(
      fc.asyncProperty(columnOf(orNull(uuid)), async (values) => {
        expect(await read('uuid', uuids(values))).toEqual(values.map((one) => one?.toLowerCase() ?? null));
      }),
      { numRuns: RUNS },
    ));

  it('timestamptz, of the years 1 to 9999', () =>
    fc.assert(
      fc.asyncProperty(
        columnOf(orNull(fc.oneof(fc.constantFrom(DATES.min, new Date(0), DATES.max), fc.date(DATES)))),
        async (values) => {
          expect(await read('timestamptz', instants(values))).toEqual(values);
        },
      ),
      { numRuns: RUNS },
    ));

  it('text', () =>
    fc.assert(
      fc.asyncProperty(columnOf(orNull(keepable)), async (values) => {
        expect(await read('text', texts(values))).toEqual(values);
      }),
      { numRuns: RUNS },
    ));

  it('jsonb, whose null is a value', () =>
    fc.assert(
      fc.asyncProperty(columnOf(json), async (values) => {
        expect(await read('jsonb', jsons(values))).toEqual(values);
      }),
      { numRuns: RUNS },
    ));

  it('bytea, empty ones too', () =>
    fc.assert(
      fc.asyncProperty(columnOf(fc.uint8Array({ maxLength: 300 })), async (values) => {
        expect(await read('bytea', byteas(values))).toEqual(values.map((value) => Buffer.from(value)));
      }),
      { numRuns: RUNS },
    ));

  it('bit varying, of 1 to 200 bits, the same one several times', () => {
    const bit = fc.string({ unit: fc.constantFrom('0', '1'), minLength: 1, maxLength: 200 });
    const column = fc
      .tuple(columnOf(bit), fc.infiniteStream(fc.nat()))
      .map(([some, picks]) => some.flatMap((one) => [one, some[picks.next().value % some.length] ?? one]));
    return fc.assert(
      fc.asyncProperty(column, async (values) => {
        expect(await read('bit varying', bits(values))).toEqual(values);
      }),
      { numRuns: RUNS },
    );
  });

  it.each([
    ['int', ints([])],
    ['bigint', bigints([])],
    ['uuid', uuids([])],
    ['timestamptz', instants([])],
    ['text', texts([])],
    ['jsonb', jsons([])],
    ['bytea', byteas([])],
    ['bit varying', bits([])],
  ])('%s[] without an element, as {}', async (type, column) => {
    const { rows } = await client.query(`select $1::${type}[] = '{}' as empty, cardinality($1) as elements`, [
      column,
    ]);
    expect(rows).toEqual([{ empty: true, elements: 0 }]);
  });
});

describe('what cannot be written is refused, not bent', () => {
  const A_UUID = '01890a5d-ac96-774b-bcce-b302099a8057';

  it.each([
    ['', 'nothing'],
    [A_UUID.slice(1), 'a digit too few'],
    [`${A_UUID}0`, 'a digit too many'],
    [A_UUID.replaceAll('-', ''), 'no hyphens'],
    [`{${A_UUID}}`, 'braces'],
    [` ${A_UUID.slice(1)}`, 'a blank before it'],
    [`${A_UUID.slice(0, -1)}\n`, 'a line end'],
    ['01890a5dac96-774b-bcce-b302-099a8057', 'its hyphens elsewhere'],
    ['01890a5dac96774bbcceb302099a8057abcd', 'digits in the places of its hyphens'],
    [A_UUID.replace('0', '\uff10'), 'a digit of another script'],
  ])('a uuid such as %j: %s', (wrong) => {
    expect(() => uuids([A_UUID, wrong])).toThrow(TypeError);
  });

  it('a uuid with any one character changed for one that does not belong there', () => {
    const place = fc.nat(A_UUID.length - 1);
    const character = fc.oneof(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
      fc.constantFrom(...'-gGxX/:@`_ 09afAF\0\u0080\u0130'),
    );
    fc.assert(
      fc.property(place, character, (at, other) => {
        const changed = A_UUID.slice(0, at) + other + A_UUID.slice(at + 1);
        const isUuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(changed);
        if (isUuid) expect(uuids([changed])).toEqual(uuids([changed.toLowerCase()]));
        else expect(() => uuids([changed])).toThrow(TypeError);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([INT4.min - 1, INT4.max + 1, 2 ** 40, Infinity])('the int %d', (wrong) => {
    expect(() => ints([wrong])).toThrow(/out of range/);
  });

  it.each([0.5, NaN, Infinity])('the bigint %d', (wrong) => {
    expect(() => bigints([wrong])).toThrow(RangeError);
  });

  it('an instant that is none', () => {
    expect(() => instants([new Date(NaN)])).toThrow(RangeError);
  });

  it('U+0000, which PostgreSQL does not keep', async () => {
    await expect(read('text', texts(['a\0b']))).rejects.toMatchObject({ code: '22021' });
  });
});
