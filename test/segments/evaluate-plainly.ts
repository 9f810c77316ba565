/** A person as the tests keep one: plain values, plain events. */
export interface PlainPerson {
  attributes: ReadonlyMap<string, unknown>;
  events: readonly PlainEvent[];
  identifiers?: readonly { namespace: string; value: string }[];
  /** Keys of tags, of terms as `taxonomy/term`, of facets as `(schema)`, and whether they stand. */
  labels?: ReadonlyMap<string, boolean>;
  channels?: readonly PlainChannel[];
}

export interface PlainEvent {
  type: string;
  at: number;
  properties: unknown;
}

export interface PlainChannel {
  type: string;
  isActive: boolean;
  isReachable: boolean;
  isVerified: boolean;
  consents: readonly { purpose: string; state: string; at: number; expiresAt: number | null }[];
}

// Rules are plain JSON here, as a user would write them.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Json = any;

/** What rules may refer to, by key. */
export interface PlainNames {
  segments?: Readonly<Record<string, Json>>;
  derived?: Readonly<Record<string, Json>>;
}

/**
 * Whether a person fits a rule, worked out from the documentation alone and with nothing of the server's code: what
 * the SQL of a rule is measured by. Dates begin in UTC.
 */
export function fits(rule: Json, person: PlainPerson, now: Date, names: PlainNames = {}): boolean {
  const [[kind, of]] = Object.entries(rule) as [[string, Json]];
  const inner = (other: Json) => fits(other, person, now, names);
  switch (kind) {
    case 'all':
      return of.every(inner);
    case 'any':
      return of.some(inner);
    case 'not':
      return !inner(of);
    case 'attribute':
      return compares(of.is, person.attributes.get(of.key), now);
    case 'derived':
      return compares(of.is, figure(names.derived?.[of.key], person, now), now);
    case 'segment':
      return inner(names.segments?.[of.key]);
    case 'event':
      return happened(of, person, now);
    case 'identifier':
      return (person.identifiers ?? []).some(
        ({ namespace, value }) => namespace === of.namespace && (of.value ?? value) === value,
      );
    case 'tag':
      return person.labels?.get(of.key) ?? false;
    case 'term':
      return [...(person.labels ?? [])].some(
        ([label, stands]) =>
          stands &&
          (label === `${of.taxonomy}/${of.term}` ||
            (of.includeDescendants !== false && label.startsWith(`${of.taxonomy}/${of.term}.`))),
      );
    case 'facet':
      return person.labels?.get(`(${of.schema})`) ?? of.schema === 'customer';
    case 'channel':
      return (person.channels ?? []).some((channel) => isAsked(of, channel, now));
    default:
      throw new Error(`No rule of the kind ${kind} is known here.`);
  }
}

function isAsked(of: Json, channel: PlainChannel, now: Date): boolean {
  return (
    channel.type === of.type &&
    channel.isActive &&
    (of.isReachable === undefined || of.isReachable === channel.isReachable) &&
    (of.isVerified === undefined || of.isVerified === channel.isVerified) &&
    (of.consent === undefined || of.consent === consentOf(channel, of.purpose ?? 'marketing', now))
  );
}

const CAREFUL_FIRST = ['REVOKED', 'DENIED', 'PENDING', 'UNKNOWN', 'GRANTED'];

function consentOf(channel: PlainChannel, purpose: string, now: Date): string {
  const valid = channel.consents.filter(
    (one) =>
      one.purpose === purpose &&
      one.at <= now.getTime() &&
      (one.expiresAt === null || one.expiresAt > now.getTime()),
  );
  const [standing] = valid.toSorted(
    (a, b) => b.at - a.at || CAREFUL_FIRST.indexOf(a.state) - CAREFUL_FIRST.indexOf(b.state),
  );
  return standing?.state ?? 'UNKNOWN';
}

function happened(of: Json, person: PlainPerson, now: Date): boolean {
  const meant = person.events.filter((event) => isMeant(of, event, person, now));
  return (
    ((of.aggregate && !of.count) || counts(of.count ?? { atLeast: 1 }, meant.length)) &&
    (!of.aggregate || compares(of.aggregate.is, aggregate(of.aggregate, meant), now))
  );
}

function figure(definition: Json, person: PlainPerson, now: Date): Json {
  return aggregate(
    definition,
    person.events.filter((event) => isMeant(definition, event, person, now)),
  );
}

function aggregate({ function: name, path }: Json, events: readonly PlainEvent[]): Json {
  const there = events
    .map((event) => ({ at: event.at, value: path ? valueAt(event, path) : null }))
    .filter(({ value }) => !path || (value !== undefined && value !== null))
    .toSorted((one, other) => one.at - other.at);
  const values = there.map(({ value }) => value);
  const numbers = values.filter((value) => typeof value === 'number');
  const sum = numbers.reduce((all, one) => all + one, 0);
  const ofNumbers = (value: number) => (numbers.length === 0 ? undefined : value);
  const instant = (at: number | undefined) => (at === undefined ? undefined : new Date(at).toISOString());
  switch (name) {
    case 'COUNT':
      return there.length;
    case 'SUM':
      return ofNumbers(sum);
    case 'AVERAGE':
      return ofNumbers(sum / numbers.length);
    case 'MINIMUM':
      return ofNumbers(Math.min(...numbers));
    case 'MAXIMUM':
      return ofNumbers(Math.max(...numbers));
    case 'DISTINCT':
      return values.filter((value, index) => values.findIndex((one) => same(one, value)) === index).length;
    case 'FIRST':
      return values[0];
    case 'LAST':
      return values.at(-1);
    case 'FIRST_AT':
      return instant(there[0]?.at);
    case 'LAST_AT':
      return instant(there.at(-1)?.at);
    default:
      throw new Error(`No aggregate ${name} is known here.`);
  }
}

/** How long a duration is, in milliseconds. */
export function lengthOf({ days = 0, hours = 0, minutes = 0 }: Record<string, number>): number {
  return ((days * 24 + hours) * 60 + minutes) * 60_000;
}

/** @param row the events in a row that this one is the last of */
function isMeant(
  of: Json,
  event: PlainEvent,
  person: PlainPerson,
  now: Date,
  row: readonly PlainEvent[] = [event],
): boolean {
  const age = now.getTime() - event.at;
  return (
    age >= 0 &&
    (of.type === null || event.type === of.type) &&
    (!of.from || event.at >= Date.parse(of.from)) &&
    (!of.to || event.at < Date.parse(of.to)) &&
    (!of.withinLast || age < lengthOf(of.withinLast)) &&
    (of.where ?? []).every(({ path, is }: Json) => compares(is, valueAt(event, path), now)) &&
    (!of.followedBy || isFollowed(of.followedBy, row, person, now)) &&
    (!of.notFollowedBy ||
      (age >= lengthOf(of.notFollowedBy.within) && !isFollowed(of.notFollowedBy, row, person, now)))
  );
}

/** Events of one instant follow each other; none follows itself. */
function isFollowed(by: Json, row: readonly PlainEvent[], person: PlainPerson, now: Date): boolean {
  const { at } = row.at(-1)!;
  return person.events.some(
    (next) =>
      !row.includes(next) &&
      next.at >= at &&
      next.at <= at + lengthOf(by.within) &&
      isMeant(by, next, person, now, [...row, next]),
  );
}

function valueAt(event: PlainEvent, path: string): Json {
  return path.split('.').reduce((value: Json, step: string) => value?.[step], event.properties);
}

function counts({ atLeast, atMost, exactly }: Json, count: number): boolean {
  return atLeast !== undefined
    ? count >= atLeast
    : atMost !== undefined
      ? count <= atMost
      : count === exactly;
}

function compares(is: Json, value: Json, now: Date): boolean {
  const [[name, wanted]] = Object.entries(is) as [[string, Json]];
  const known = value !== undefined && value !== null;
  const isText = typeof value === 'string';
  const list: Json[] = Array.isArray(value) ? value : [];
  const has = (one: Json) => list.some((element) => same(element, one));
  switch (name) {
    case 'equals':
      return equals(value, wanted);
    case 'notEquals':
      return !equals(value, wanted);
    case 'in':
      return wanted.some((one: Json) => equals(value, one));
    case 'notIn':
      return !wanted.some((one: Json) => equals(value, one));
    case 'gt':
      return order(value, wanted) > 0;
    case 'gte':
      return order(value, wanted) >= 0;
    case 'lt':
      return order(value, wanted) < 0;
    case 'lte':
      return order(value, wanted) <= 0;
    case 'between':
      return order(value, wanted.from) >= 0 && order(value, wanted.to) <= 0;
    case 'contains':
      return isText && value.includes(wanted);
    case 'startsWith':
      return isText && value.startsWith(wanted);
    case 'endsWith':
      return isText && value.endsWith(wanted);
    case 'hasAny':
      return wanted.some(has);
    case 'hasAll':
      return Array.isArray(value) && wanted.every(has);
    case 'hasNone':
      return !wanted.some(has);
    case 'exists':
      return known === wanted;
    default:
      return isRelative(name, lengthOf(wanted), value, now.getTime());
  }
}

const DAY_MS = 86_400_000;

/** A date, or an instant, compared with the present. */
export function isRelative(name: string, duration: number, value: unknown, now: number): boolean {
  const instant = instantOf(value);
  if (instant === null) return false;
  switch (name) {
    case 'withinNext':
      return instant > now && instant <= now + duration;
    case 'withinLast':
      return instant <= now && instant > now - duration;
    case 'moreThanAgo':
      return instant <= now - duration;
    case 'moreThanAhead':
      return instant > now + duration;
    case 'anniversaryWithinNext':
      return anniversaryOf(instant, now) <= now + duration;
    default:
      throw new Error(`No comparison ${name} is known here.`);
  }
}

/** Day, time to the minute, second, fraction and zone. */
const ISO_8601 =
  /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d)(?:[.,](\d{1,18}))?)?(?: ?(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?))?)?$/i;

/** When a value begins, in UTC; null when it is no date. Without a zone it is in UTC. */
export function instantOf(value: unknown): number | null {
  const parsed = parsedInstant(value);
  return parsed && parsed.second + Number(parsed.fraction.slice(0, 3).padEnd(3, '0'));
}

/** Texts that stand in the order of their instants. */
function instantText(value: unknown): string | null {
  const parsed = parsedInstant(value);
  return parsed && new Date(parsed.second).toISOString().replace('000Z', parsed.fraction.replace(/0+$/, ''));
}

function parsedInstant(value: unknown): { second: number; fraction: string } | null {
  if (typeof value !== 'string') return null;
  const [, day = '', time = '00:00', second = '00', fraction = '', zone = 'Z'] = ISO_8601.exec(value) ?? [];
  const midnight = Date.parse(`${day}T00:00:00Z`);
  // The calendar has no year 0.
  if (Number.isNaN(midnight) || !new Date(midnight).toISOString().startsWith(day) || day < '0001')
    return null;
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  const [sign, hours, minutes] = [zone[0] === '-' ? -1 : 1, ...(zone.match(/\d\d/g) ?? [0, 0]).map(Number)];
  const off = sign * ((hours ?? 0) * 60 + (minutes ?? 0));
  const isEndOfDay = hour === 24 && minute + Number(second) + Number(fraction) === 0;
  if ((hour > 23 && !isEndOfDay) || minute > 59 || Math.abs(off) >= 960 || (minutes ?? 0) > 59) return null;
  const at = midnight + ((hour * 60 + minute - off) * 60 + Number(second)) * 1_000;
  if (Number(second) > 60 || (second === '60' && at % DAY_MS !== 0)) return null;
  return at < Date.parse('0001-01-01T00:00:00Z') || at >= Date.parse('+010000-01-01T00:00:00Z')
    ? null
    : { second: at, fraction };
}

function anniversaryOf(instant: number, now: number): number {
  const first = new Date(instant);
  const today = now - (now % DAY_MS);
  for (let year = first.getUTCFullYear(); ; year += 1) {
    const last = new Date(Date.UTC(year, first.getUTCMonth() + 1, 0)).getUTCDate();
    const day = Date.UTC(year, first.getUTCMonth(), Math.min(first.getUTCDate(), last));
    if (day >= today) return day;
  }
}

/** Below, at or above 0; NaN, with which every comparison fails, for what has no order. */
function order(value: Json, wanted: Json): number {
  if (typeof value === 'number' && typeof wanted === 'number') return value - wanted;
  if (typeof value !== 'string' || typeof wanted !== 'string') return NaN;
  const [one, other] = [instantText(value), instantText(wanted)];
  // Two dates are compared as they are.
  const areInstants = one !== null && other !== null && value.length + wanted.length > 20;
  return Buffer.compare(Buffer.from(areInstants ? one : value), Buffer.from(areInstants ? other : wanted));
}

/** Whether a value is what is wanted: dates and instants in whatever spelling. */
function equals(value: Json, wanted: Json): boolean {
  const known = value !== undefined && value !== null;
  const isText = typeof value === 'string' && typeof wanted === 'string';
  return known && (same(value, wanted) || (isText && order(value, wanted) === 0));
}

function same(one: Json, other: Json): boolean {
  if (typeof one !== typeof other || Array.isArray(one) !== Array.isArray(other)) return false;
  if (typeof one !== 'object' || one === null || other === null) return one === other;
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => key in other && same(one[key], other[key]))
  );
}
