import fc from 'fast-check';
import { numberOf, readInstant, startOfDay } from '../../src/platform/index.js';
import type { InstantReading } from '../../src/platform/index.js';

function textOf(value: unknown, reading?: InstantReading): string {
  const read = readInstant(value, reading);
  return 'fault' in read ? read.fault : read.text;
}

describe('ISO 8601 in all its spellings', () => {
  it.each([
    '2023-11-30T10:00:00Z',
    '2023-11-30T10:00:00.000Z',
    '2023-11-30t10:00:00z',
    '2023-11-30 10:00:00Z',
    '2023-11-30 10:00:00 UTC',
    '2023-11-30 10:00:00 GMT',
    '2023-11-30T10:00:00+00',
    '2023-11-30T10:00:00+0000',
    '2023-11-30T10:00:00+00:00',
    '2023-11-30T10:00:00-00:00',
    '2023-11-30 10:00:00 +0000',
    '2023-11-30T10:00Z',
    '2023-11-30T15:30+05:30',
    '2023-11-30T15:30:00+0530',
    '2023-11-30T07:00:00-03',
    '2023-12-01T00:00:00+14:00',
    '2023-11-30T10:00:00,0Z',
    ' 2023-11-30T10:00:00Z\n',
  ])('%j is ten o’clock', (text) => {
    expect(textOf(text)).toBe('2023-11-30T10:00:00.000Z');
  });

  it.each([
    ['2023-11-30T10:00:00.5Z', '2023-11-30T10:00:00.500Z'],
    ['2023-11-30T10:00:00,123456Z', '2023-11-30T10:00:00.123456Z'],
    ['2023-11-30T10:00:00.123456789+01:00', '2023-11-30T09:00:00.123456789Z'],
    ['2023-11-30T10:00:00.1230000Z', '2023-11-30T10:00:00.123Z'],
    ['2023-11-30T10:00:00.9999999Z', '2023-11-30T10:00:00.9999999Z'],
    ['2023-11-30T24:00:00Z', '2023-12-01T00:00:00.000Z'],
    ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000Z'],
    ['2017-01-01T00:59:60.25+01:00', '2017-01-01T00:00:00.250Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59.999999Z', '9999-12-31T23:59:59.999999Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
  ])('%j is %j', (text, expected) => {
    expect(textOf(text)).toBe(expected);
  });

  it('cuts a `Date` off at milliseconds, never rounds it', () => {
    expect(readInstant('2023-11-30T10:00:00.9999999Z')).toMatchObject({
      date: new Date('2023-11-30T10:00:00.999Z'),
    });
  });

  it.each<[unknown, RegExp]>([
    ['', /is expected/],
    [null, /is expected/],
    [true, /is expected/],
    [{}, /is expected/],
    ['soon', /ISO 8601 is expected/],
    ['2023-11-30T10Z', /ISO 8601 is expected/],
    ['2023-11-30T10:00:00.Z', /ISO 8601 is expected/],
    ['2023-11-30T10:00:00+1:00', /ISO 8601 is expected/],
    ['11/30/2023 10:00', /ISO 8601 is expected/],
    ['2023-02-30T10:00:00Z', /no day 2023-02-30/],
    ['2023-02-29T10:00:00Z', /no day 2023-02-29/],
    ['2023-13-01T10:00:00Z', /no day 2023-13-01/],
    ['2023-00-01T10:00:00Z', /no day 2023-00-01/],
    ['0000-01-01T10:00:00Z', /no day 0000-01-01/],
    ['2023-11-30T25:00:00Z', /no time 25:00:00/],
    ['2023-11-30T24:00:01Z', /no time 24:00:01/],
    ['2023-11-30T24:00:00.1Z', /no time 24:00:00/],
    ['2023-11-30T10:60:00Z', /no time 10:60:00/],
    ['2023-11-30T10:00:61Z', /no time 10:00:61/],
    ['2023-11-30T10:00:60Z', /only at 23:59:60 in UTC/],
    ['2023-11-30T10:00:00+16:00', /No clock is \+16:00 from UTC/],
    ['2023-11-30T10:00:00+01:60', /No clock is \+01:60 from UTC/],
    ['0001-01-01T00:00:00+01:00', /before the year 1/],
    ['9999-12-31T23:59:59-01:00', /after the year 9999/],
    ['52455-08-14T00:00:00Z', /The year 52455 is far away/],
    ['+052455-08-14T00:00:00.000Z', /The year 052455 is far away/],
    ['2023-11-30', /a day without a time/],
    ['2023-11-30T10:00:00', /has no zone/],
    ['2023-11-30 10:00', /has no zone/],
    [1_701_338_400, /A number is no instant by itself/],
    ['1701338400', /A number is no instant by itself/],
  ])('%j is refused, with the remedy', (value, fault) => {
    expect(textOf(value)).toMatch(fault);
  });
});

it.each<[string | number, InstantReading['epoch'], string]>([
  [1_701_338_400, 'SECONDS', '2023-11-30T10:00:00.000Z'],
  ['1701338400', 'SECONDS', '2023-11-30T10:00:00.000Z'],
  ['1701338400.123456', 'SECONDS', '2023-11-30T10:00:00.123456Z'],
  [1_701_338_400.5, 'SECONDS', '2023-11-30T10:00:00.500Z'],
  [0, 'SECONDS', '1970-01-01T00:00:00.000Z'],
  [-1, 'SECONDS', '1969-12-31T23:59:59.000Z'],
  ['-0.25', 'SECONDS', '1969-12-31T23:59:59.750Z'],
  [1_701_338_400_250, 'MILLISECONDS', '2023-11-30T10:00:00.250Z'],
  ['1701338400250.5', 'MILLISECONDS', '2023-11-30T10:00:00.2505Z'],
  [7, 'MILLISECONDS', '1970-01-01T00:00:00.007Z'],
  [-7, 'MILLISECONDS', '1969-12-31T23:59:59.993Z'],
  ['2023-11-30T10:00:00Z', 'SECONDS', '2023-11-30T10:00:00.000Z'],
])('%j counted in %s is %s', (value, epoch, expected) => {
  expect(textOf(value, { epoch })).toBe(expected);
});

it.each([1_701_338_400_250, NaN, Infinity, 1e300])('%j seconds are refused, with the remedy', (value) => {
  expect(textOf(value, { epoch: 'SECONDS' })).toMatch(
    /after the year 9999: milliseconds were perhaps read as seconds|is expected here/,
  );
});

describe('without a zone, in the zone that is given', () => {
  it.each([
    ['2026-01-05T10:00:00', 'Europe/Brussels', '2026-01-05T09:00:00.000Z'],
    ['2026-07-05 10:00', 'Europe/Brussels', '2026-07-05T08:00:00.000Z'],
    ['2026-07-05 10:00:00.123456', 'Asia/Kolkata', '2026-07-05T04:30:00.123456Z'],
    ['2026-07-05T10:00:00Z', 'Asia/Kolkata', '2026-07-05T10:00:00.000Z'],
    // Skipped: counted on from before the gap.
    ['2026-03-29T02:30:00', 'Europe/Brussels', '2026-03-29T01:30:00.000Z'],
    ['2011-12-30T10:00:00', 'Pacific/Apia', '2011-12-30T20:00:00.000Z'],
    // Twice: the first.
    ['2026-10-25T02:30:00', 'Europe/Brussels', '2026-10-25T00:30:00.000Z'],
    ['2026-04-05T01:45:00', 'Australia/Lord_Howe', '2026-04-04T14:45:00.000Z'],
    ['1970-06-01T00:00:00', 'Africa/Monrovia', '1970-06-01T00:44:30.000Z'],
  ])('%s in %s is %s', (text, timeZone, expected) => {
    expect(textOf(text, { timeZone })).toBe(expected);
  });

  it.each([
    ['2026-01-05', 'UTC', '2026-01-05T00:00:00.000Z'],
    ['2026-01-05', 'America/New_York', '2026-01-05T05:00:00.000Z'],
    ['2027-11-07', 'America/Havana', '2027-11-07T04:00:00.000Z'],
    ['2027-10-31', 'Atlantic/Azores', '2027-10-31T00:00:00.000Z'],
    ['2024-04-26', 'Africa/Cairo', '2024-04-25T22:00:00.000Z'],
    ['2021-03-28', 'Asia/Beirut', '2021-03-27T22:00:00.000Z'],
    ['2022-10-02', 'America/Asuncion', '2022-10-02T04:00:00.000Z'],
    ['2011-12-30', 'Pacific/Apia', '2011-12-30T10:00:00.000Z'],
    ['1919-03-31', 'America/Toronto', '1919-03-31T04:30:00.000Z'],
    ['2010-11-07', 'America/St_Johns', '2010-11-07T02:30:00.000Z'],
  ])('%s begins in %s at %s', (day, timeZone, expected) => {
    expect(textOf(day, { timeZone })).toBe(expected);
  });

  it.each(['1700000000.123456789', '1700000000.1234567890123', '1700000000.000000001'])(
    'the number %s counts seconds to the last digit',
    (source) => {
      const fraction = source.split('.')[1];
      expect(textOf(numberOf(source), { epoch: 'SECONDS' })).toBe(`2023-11-14T22:13:20.${fraction}Z`);
    },
  );

  it.each(['20260105', '2026', '1970', '19991231'])(
    'the text %s may be a day or a year, and is refused',
    (text) => {
      for (const epoch of ['SECONDS', 'MILLISECONDS'] as const)
        expect(textOf(text, { epoch })).toBe(
          'A day is written 2026-01-31, an instant such as 2026-01-31T12:00:00Z.',
        );
    },
  );

  it('a day begins where the clock first shows it', () => {
    const shown = (at: number, timeZone: string) =>
      new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }).format(at);
    fc.assert(
      fc.property(
        fc.constantFrom(...Intl.supportedValuesOf('timeZone')),
        fc.integer({ min: Date.UTC(1950, 0, 1) / 86_400_000, max: Date.UTC(2037, 11, 31) / 86_400_000 }),
        (timeZone, days) => {
          const start = startOfDay(days * 86_400_000, timeZone);
          const day = new Date(days * 86_400_000).toISOString().slice(0, 10);
          // A day that was left out altogether begins with the next.
          expect(shown(start, timeZone) >= day).toBe(true);
          expect(shown(start - 1, timeZone) < day).toBe(true);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
