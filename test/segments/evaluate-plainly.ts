/** A person as the tests keep one: plain values, plain events. */
export interface PlainPerson {
  attributes: ReadonlyMap<string, unknown>;
  events: readonly { type: string; at: number; properties: unknown }[];
}

// Rules are plain JSON here, as a user would write them.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Json = any;

/**
 * Whether a person fits a rule, worked out from the documentation alone and with nothing of the server's code: what
 * the SQL of a rule is measured by.
 */
export function fits(
  rule: Json,
  person: PlainPerson,
  now: Date,
  segments: Readonly<Record<string, Json>> = {},
): boolean {
  const [[kind, of]] = Object.entries(rule) as [[string, Json]];
  const inner = (other: Json) => fits(other, person, now, segments);
  switch (kind) {
    case 'all':
      return of.every(inner);
    case 'any':
      return of.some(inner);
    case 'not':
      return !inner(of);
    case 'attribute':
      return compares(of.is, person.attributes.get(of.key));
    case 'segment':
      return inner(segments[of.key]);
    case 'event':
      return counts(
        of.count ?? { atLeast: 1 },
        person.events.filter((event) => isMeant(of, event, now)).length,
      );
    default:
      throw new Error(`No rule of the kind ${kind} is known here.`);
  }
}

/** How long a `withinLast` reaches back, in milliseconds. */
export function lengthOf({ days = 0, hours = 0, minutes = 0 }: Record<string, number>): number {
  return ((days * 24 + hours) * 60 + minutes) * 60_000;
}

function isMeant(of: Json, event: PlainPerson['events'][number], now: Date): boolean {
  const age = now.getTime() - event.at;
  return (
    event.type === of.type &&
    (!of.from || event.at >= Date.parse(of.from)) &&
    (!of.to || event.at < Date.parse(of.to)) &&
    (!of.withinLast || (age >= 0 && age < lengthOf(of.withinLast))) &&
    (of.where ?? []).every(({ path, is }: Json) =>
      compares(
        is,
        path.split('.').reduce((value: Json, step: string) => value?.[step], event.properties),
      ),
    )
  );
}

function counts({ atLeast, atMost, exactly }: Json, count: number): boolean {
  return atLeast !== undefined
    ? count >= atLeast
    : atMost !== undefined
      ? count <= atMost
      : count === exactly;
}

function compares(is: Json, value: Json): boolean {
  const [[name, wanted]] = Object.entries(is) as [[string, Json]];
  const known = value !== undefined && value !== null;
  const isText = typeof value === 'string';
  const list: Json[] = Array.isArray(value) ? value : [];
  const has = (one: Json) => list.some((element) => same(element, one));
  switch (name) {
    case 'equals':
      return known && same(value, wanted);
    case 'notEquals':
      return !(known && same(value, wanted));
    case 'in':
      return known && wanted.some((one: Json) => same(value, one));
    case 'notIn':
      return !(known && wanted.some((one: Json) => same(value, one)));
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
      throw new Error(`No comparison ${name} is known here.`);
  }
}

/** Below, at or above 0; NaN, with which every comparison fails, for what has no order. */
function order(value: Json, wanted: Json): number {
  if (typeof value === 'number' && typeof wanted === 'number') return value - wanted;
  if (typeof value !== 'string' || typeof wanted !== 'string') return NaN;
  return Buffer.compare(Buffer.from(value), Buffer.from(wanted));
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
