import fc from 'fast-check';
import pg from 'pg';
import { readInstant, startOfDay } from '../../src/platform/index.js';
import { atEnd, cloneDatabase } from '../kit/index.js';

const RUNS = 60;
const TEXTS = 200;
const ZONES = [
  ...['UTC', 'Europe/Brussels', 'America/Havana', 'Atlantic/Azores', 'Africa/Cairo', 'Asia/Beirut'],
  ...['America/Asuncion', 'Pacific/Apia', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'America/St_Johns'],
];

let client: pg.Client;

beforeAll(async () => {
  client = new pg.Client({ connectionString: await cloneDatabase(), options: '-c timezone=UTC' });
  await client.connect();
  atEnd(() => client.end());
});

async function sqlOf(expression: string, texts: readonly string[], zone: string): Promise<unknown[]> {
  const { rows } = await client.query<{ found: unknown }>(
    `select ${expression} as found from (select t, n from unnest($1::text[]) with ordinality as x(t, n) offset 0) as r, (select $2::text as z) as z order by n`,
    [texts, zone],
  );
  return rows.map(({ found }) => found);
}

const twoDigits = (min: number, max: number) =>
  fc.integer({ min, max }).map((number) => String(number).padStart(2, '0'));
const year = fc.oneof(
  twoDigits(0, 99).map((two) => `20${two}`),
  fc.constantFrom('1999', '1850', '0001', '0000', '9999'),
);
const day = fc.tuple(year, twoDigits(0, 13), twoDigits(0, 32)).map((parts) => parts.join('-'));
const second = fc.oneof(twoDigits(0, 61), fc.constant('60'));
const fraction = fc.oneof(
  fc.constant(''),
  fc
    .tuple(fc.constantFrom('.', ','), fc.string({ unit: fc.constantFrom(...'0123456789'), maxLength: 18 }))
    .map((two) => two.join('')),
);
const zone = fc.oneof(
  fc.constantFrom('', 'Z', 'z', ' UTC', 'gmt', '+00', '-00:00', ' +0530', '+14:00'),
  fc
    .tuple(
      fc.constantFrom('+', '-'),
      twoDigits(0, 17),
      fc.constantFrom('', ':', ''),
      fc.constantFrom('', '00', '30', '45', '61'),
    )
    .map((parts) => parts.join('')),
);
const time = fc
  .tuple(
    fc.constantFrom('T', 't', ' ', 'x'),
    fc.oneof(twoDigits(0, 25), fc.constantFrom('23', '24')),
    fc.oneof(twoDigits(0, 60), fc.constant('00')),
    fc.option(fc.tuple(second, fraction)),
    zone,
  )
  .map(
    ([mark, hour, minute, rest, offset]) =>
      `${mark}${hour}:${minute}${rest ? `:${rest.join('')}` : ''}${offset}`,
  );
const written = fc.tuple(day, fc.oneof(time, fc.constant(''))).map((two) => two.join(''));
const spoiled = fc
  .tuple(written, fc.nat(), fc.constantFrom(...'0123456789:-.+TZz ,٣', ''))
  .map(([text, at, other]) => text.slice(0, at % text.length) + other + text.slice((at % text.length) + 1));
const anyText = fc.oneof(written, written, spoiled, fc.constantFrom('', 'soon', '2026', '20260105T100000Z'));

it('the database reads what the server reads, and as the same instant', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        anyText.filter((text) => text === text.trim()),
        { minLength: TEXTS, maxLength: TEXTS },
      ),
      fc.constantFrom(...ZONES),
      async (texts, timeZone) => {
        const expected = texts.map((text) => {
          const read = readInstant(text, { timeZone });
          if ('fault' in read) return null;
          return read.text.replace(/0*Z$/, '');
        });
        const found = await sqlOf('onefold_instant_text(t, z)', texts, timeZone);
        expect(texts.map((text, index) => [text, found[index]])).toEqual(
          texts.map((text, index) => [text, expected[index]]),
        );
        const cut = await sqlOf(
          `to_char(onefold_instant(t, z), 'YYYY-MM-DD"T"HH24:MI:SS.US')`,
          texts,
          timeZone,
        );
        const whole = expected.map((text) => text && text.slice(0, 26).padEnd(26, '0'));
        expect(texts.map((text, index) => [text, cut[index]])).toEqual(
          texts.map((text, index) => [text, whole[index]]),
        );
      },
    ),
    { numRuns: RUNS },
  );
}, 60_000);

it('days begin at the same instant for the database and the server', async () => {
  const days = fc.integer({ min: Date.UTC(1971, 0, 1) / 86_400_000, max: Date.UTC(2036, 0, 1) / 86_400_000 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(days, { minLength: TEXTS, maxLength: TEXTS }),
      fc.constantFrom(...ZONES),
      async (numbers, timeZone) => {
        const texts = numbers.map((number) => new Date(number * 86_400_000).toISOString().slice(0, 10));
        const found = await sqlOf('extract(epoch from onefold_instant(t, z))::int', texts, timeZone);
        expect(texts.map((text, index) => [text, found[index]])).toEqual(
          texts.map((text, index) => [
            text,
            startOfDay((numbers[index] ?? 0) * 86_400_000, timeZone) / 1_000,
          ]),
        );
      },
    ),
    { numRuns: 30 },
  );
}, 60_000);

it.each([
  ['2027-11-07', 'America/Havana', '2027-11-07T04:00:00Z'],
  ['2027-10-31', 'Atlantic/Azores', '2027-10-31T00:00:00Z'],
  ['2024-04-26', 'Africa/Cairo', '2024-04-25T22:00:00Z'],
  ['2021-03-28', 'Asia/Beirut', '2021-03-27T22:00:00Z'],
  ['2022-10-02', 'America/Asuncion', '2022-10-02T04:00:00Z'],
  ['2011-12-30', 'Pacific/Apia', '2011-12-30T10:00:00Z'],
  ['1919-03-31', 'America/Toronto', '1919-03-31T04:30:00Z'],
  ['2010-11-07', 'America/St_Johns', '2010-11-07T02:30:00Z'],
])('%s begins in %s at %s', async (date, timeZone, expected) => {
  expect(await sqlOf('onefold_instant(t, z)', [date], timeZone)).toEqual([new Date(expected)]);
});

it.each([
  ['2000-02-29', '2027-02-27', '2027-02-28'],
  ['2000-02-29', '2027-02-28', '2027-02-28'],
  ['2000-02-29', '2027-03-01', '2028-02-29'],
  ['2000-02-29', '2028-02-28', '2028-02-29'],
  ['2000-02-29', '2028-03-01', '2029-02-28'],
  ['2000-02-29', '2099-03-01', '2100-02-28'],
  ['2000-02-28', '2028-02-29', '2029-02-28'],
  ['2000-12-31', '2026-12-31', '2026-12-31'],
  ['2000-01-01', '2026-12-31', '2027-01-01'],
  ['2031-05-05', '2026-06-01', '2031-05-05'],
])('%s comes round, from %s on, on %s', async (born, today, next) => {
  expect(await sqlOf('onefold_anniversary(t, z)', [born], today)).toEqual([next]);
});
