import { ExactNumber, isNumber } from './exact-number.js';
import { instantShowing, startOfDay } from './wall-clock.js';

/** A moment in time. */
export class Instant {
  /**
   * @param date cut off at milliseconds
   * @param finer the digits after the milliseconds, if any
   */
  constructor(
    readonly date: Date,
    private readonly finer: string,
  ) {}

  /** In UTC, with milliseconds, and more digits where more were given: `2026-01-31T12:00:00.000Z`. */
  get text(): string {
    const text = this.date.toISOString();
    return this.finer ? text.replace('Z', `${this.finer}Z`) : text;
  }
}

/** Why a value is no instant, for people, with the remedy. */
export interface Fault {
  fault: string;
}

/** How to read what ISO 8601 alone leaves open. */
export interface InstantReading {
  /** Where clocks show a time that is written without a zone; absent = such times are refused. */
  timeZone?: string | null | undefined;
  /** What numbers count, from 1970 on; absent = numbers are refused. */
  epoch?: EpochUnit | null | undefined;
}

export type EpochUnit = 'SECONDS' | 'MILLISECONDS';

const DAY_EXAMPLE = '2026-01-31';
const EXAMPLE = 'such as 2026-01-31T12:00:00Z';
/** As most programs write it. */
const USUAL = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{3})?Z$/;
const SHAPE =
  /^(\d{4}-\d{2}-\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,18}))?)?(?: ?(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?))?)?$/i;
/** As a text it may be a day, a year, or a count. */
const COMPACT_DAY = /^\d{4}(?:\d{4})?$/;
const NUMBER = /^(-?)(\d{1,18})(?:\.(\d{1,18}))?$/;
const LONG_YEAR = /^[+-]?(\d{5,})-\d{2}/;
const EARLIEST = Date.parse('0001-01-01T00:00:00Z');
const LATEST = Date.parse('9999-12-31T23:59:59.999Z');
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** No clock was ever further from UTC. */
const MAX_OFFSET_MINUTES = 16 * 60;

/**
 * Reads an instant as people and programs write it: ISO 8601 in all its spellings, with a zone; without one, and
 * numbers, only as `reading` says. A day alone begins where its zone says. Fractions of a second are kept to the last
 * digit. 24:00 is the end of its day; the leap second 23:59:60 in UTC is the first second of the next day.
 */
export function readInstant(value: unknown, reading: InstantReading = {}): Instant | Fault {
  if (isNumber(value)) return readNumber(value instanceof ExactNumber ? value.text : String(value), reading);
  if (typeof value !== 'string' || value.trim() === '')
    return { fault: `An instant ${EXAMPLE} is expected here.` };
  const text = value.trim();
  const usual = USUAL.test(text) ? readUsual(text) : null;
  if (usual) return usual;
  const [, day, hour, minute, second = '00', fraction = '', zone] = SHAPE.exec(text) ?? [];
  if (day === undefined) return readOther(text, reading);
  const midnight = midnightOf(day);
  if (midnight === null) return { fault: `There is no day ${day}: send one that the calendar has.` };
  if (hour === undefined || minute === undefined) {
    if (!reading.timeZone) return { fault: `This is a day without a time: send an instant ${EXAMPLE}.` };
    return instantOf(startOfDay(midnight, reading.timeZone), '');
  }
  const time = timeOf(hour, minute, second, fraction);
  if (time === null) return { fault: `There is no time ${hour}:${minute}:${second}: send one of a day.` };
  const wall = midnight + time;
  const instant = zone === undefined ? inZone(wall, reading) : offset(wall, zone);
  if (typeof instant !== 'number') return instant;
  if (second === '60' && instant % DAY_MS !== 0)
    return { fault: 'A minute has a second 60 only at 23:59:60 in UTC: send a second up to 59.' };
  return instantOf(instant, fraction);
}

/** @returns null where it takes a closer look */
function readUsual(text: string): Instant | null {
  const date = new Date(text);
  // `Date` takes the 30th of February for the 2nd of March, and 24:00 for the next day.
  const isThatDay = date.getUTCDate() === Number(text.slice(8, 10));
  return isThatDay && date.getTime() >= EARLIEST ? new Instant(date, '') : null;
}

/** A text that is not in ISO 8601. */
function readOther(text: string, reading: InstantReading): Instant | Fault {
  if (COMPACT_DAY.test(text)) return { fault: `A day is written ${DAY_EXAMPLE}, an instant ${EXAMPLE}.` };
  return NUMBER.test(text) ? readNumber(text, reading) : { fault: faultOfShape(text) };
}

/** Midnight of a day in UTC; null for one that the calendar does not have. @param day such as `2026-01-31` */
export function midnightOf(day: string): number | null {
  const midnight = Date.parse(`${day}T00:00:00Z`);
  if (Number.isNaN(midnight) || midnight < EARLIEST) return null;
  // Date.parse takes the 30th of February for the 2nd of March.
  return new Date(midnight).getUTCDate() === Number(day.slice(8)) ? midnight : null;
}

function timeOf(hour: string, minute: string, second: string, fraction: string): number | null {
  const isEndOfDay = hour === '24' && Number(minute + second + fraction) === 0;
  if ((Number(hour) > 23 && !isEndOfDay) || Number(minute) > 59 || Number(second) > 60) return null;
  return ((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1_000;
}

function offset(wall: number, zone: string): number | Fault {
  const [sign, hours = 0, minutes = 0] = /^[+-]/.test(zone)
    ? [zone.startsWith('-') ? -1 : 1, Number(zone.slice(1, 3)), Number(zone.slice(3).replace(':', ''))]
    : [1];
  const ahead = hours * 60 + minutes;
  if (minutes > 59 || ahead >= MAX_OFFSET_MINUTES)
    return { fault: `No clock is ${zone} from UTC: send an offset such as +01:00.` };
  return wall - sign * ahead * MINUTE_MS;
}

function inZone(wall: number, { timeZone }: InstantReading): number | Fault {
  if (!timeZone)
    return {
      fault:
        'This time has no zone: send `Z` or an offset such as +01:00 with it, or name the time zone of the source in its settings.',
    };
  return instantShowing(wall, timeZone);
}

/** Digit by digit: a double would round what is finer than its milliseconds. */
function readNumber(text: string, { epoch }: InstantReading): Instant | Fault {
  if (!epoch)
    return {
      fault: `A number is no instant by itself: send ISO 8601 ${EXAMPLE}, or say in the settings of the source whether it counts seconds or milliseconds.`,
    };
  const [, minus, whole, decimals = ''] = NUMBER.exec(text) ?? [];
  if (whole === undefined) return { fault: `An instant ${EXAMPLE} is expected here.` };
  const digits = epoch === 'SECONDS' ? [whole, decimals] : splitAt(whole.padStart(4, '0'), -3, decimals);
  const [seconds = '', fraction = ''] = digits;
  if (!minus) return instantOf(Number(seconds) * 1_000, fraction);
  // Before 1970 the fraction counts back from its second.
  const rest = fraction.replace(/0+$/, '');
  if (rest === '') return instantOf(Number(seconds) * -1_000, '');
  const complement = String(10n ** BigInt(rest.length) - BigInt(rest)).padStart(rest.length, '0');
  return instantOf((Number(seconds) + 1) * -1_000, complement);
}

function splitAt(whole: string, place: number, decimals: string): readonly [string, string] {
  return [whole.slice(0, place), whole.slice(place) + decimals];
}

/** @param whole in milliseconds, of whole seconds */
function instantOf(whole: number, fraction: string): Instant | Fault {
  if (!(whole >= EARLIEST && whole <= LATEST)) return { fault: faultOfRange(whole) };
  if (fraction === '') return new Instant(new Date(whole), '');
  const date = new Date(whole + Number(fraction.slice(0, 3).padEnd(3, '0')));
  return new Instant(date, fraction.slice(3).replace(/0+$/, ''));
}

function faultOfRange(whole: number): string {
  const year = new Date(whole).getUTCFullYear();
  return Number.isNaN(year) || year > 9999
    ? 'This lies after the year 9999: milliseconds were perhaps read as seconds. Send the right one, or say in the settings of the source what its numbers count.'
    : 'This lies before the year 1. Send an instant after it.';
}

function faultOfShape(text: string): string {
  const [, year] = LONG_YEAR.exec(text) ?? [];
  return year
    ? `The year ${year} is far away: milliseconds were perhaps read as seconds. Send the instant that is meant.`
    : `An instant in ISO 8601 is expected here, ${EXAMPLE}.`;
}
