const DAY_MS = 86_400_000;

const formats = new Map<string, Intl.DateTimeFormat>();

/** What clocks in a zone show at an instant, as if it were UTC: in milliseconds. */
function shownAt(instant: number, timeZone: string): number {
  const parts: Record<string, string> = {};
  for (const { type, value } of formatOf(timeZone).formatToParts(instant)) parts[type] = value;
  const { era, year, month, day, hour, minute, second } = parts;
  // The year before 1 AD is 1 BC here, and 0 in ISO 8601.
  const isoYear = String(era === 'BC' ? 1 - Number(year) : year).padStart(4, '0');
  const milliseconds = ((instant % 1_000) + 1_000) % 1_000;
  return Date.parse(`${isoYear}-${month}-${day}T${hour}:${minute}:${second}Z`) + milliseconds;
}

/**
 * The instant at which clocks in a zone show a time. Of two such instants it is the first; a time that clocks skip is
 * counted on from before the gap. (Temporal calls it `compatible`.)
 */
export function instantShowing(wall: number, timeZone: string): number {
  const before = wall - offsetAt(wall - DAY_MS, timeZone);
  if (shownAt(before, timeZone) === wall) return before;
  const after = wall - offsetAt(wall + DAY_MS, timeZone);
  return shownAt(after, timeZone) === wall ? after : before;
}

/** The first instant of a day in a zone: not midnight where clocks skip it. @param day its midnight in UTC */
export function startOfDay(day: number, timeZone: string): number {
  const midnight = instantShowing(day, timeZone);
  // Where the gap began before midnight, the day began with the end of the gap.
  let first = midnight;
  const step = (ms: number) => {
    while (shownAt(first - ms, timeZone) >= day && shownAt(first - ms, timeZone) < day + DAY_MS) first -= ms;
  };
  if (shownAt(midnight, timeZone) > day) for (const ms of [3_600_000, 60_000, 1_000]) step(ms);
  return first;
}

/** A day in a zone, as text, and from when until when it is that day. */
interface LocalDay {
  text: string;
  from: number;
  until: number;
}

const MAX_DAYS_KEPT = 16;
/** Those asked for last: whole batches ask for the same. */
const days = new Map<string, LocalDay[]>();

/** The day in a zone that has begun last at an instant: `2026-01-31`. */
export function dayAt(instant: number, timeZone: string): string {
  const known = days.get(timeZone) ?? [];
  const isMeant = ({ from, until }: LocalDay) => from <= instant && instant < until;
  const found = known.find(isMeant);
  if (found) return found.text;
  const shown = Math.floor(shownAt(instant, timeZone) / DAY_MS) * DAY_MS;
  // Clocks set back over midnight show the day before once more.
  const starts = [0, 1, 2].map((ahead) => startOfDay(shown + ahead * DAY_MS, timeZone));
  const place = (starts[1] ?? Infinity) <= instant ? 1 : 0;
  const text = new Date(shown + place * DAY_MS).toISOString().slice(0, 'yyyy-mm-dd'.length);
  const day = { text, from: starts[place] ?? instant, until: starts[place + 1] ?? instant };
  days.set(timeZone, [day, ...known].slice(0, MAX_DAYS_KEPT));
  return text;
}

function offsetAt(instant: number, timeZone: string): number {
  return shownAt(instant, timeZone) - instant;
}

/** To make one takes a thousand times as long as to use it. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-u-ca-gregory-hc-h23', {
      timeZone,
      era: 'short',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formats.set(timeZone, format);
  }
  return format;
}
