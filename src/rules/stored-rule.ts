import { JsonType } from '@mikro-orm/core';

/**
 * Fields of predicates that are stored under other names than they are given. Servers of an older version that still run
 * read a name that they do not know as nothing asked for, and would let in everybody.
 */
const STORED_AS: Record<string, Record<string, string>> = {
  identifier: { isVerified: 'validated' },
  channel: { isReachable: 'reachable', isVerified: 'verified' },
  term: { includeDescendants: 'withDescendants' },
};

type Names = ReadonlyMap<string, ReadonlyMap<string, string>>;

const TO_STORED = namesBy(([given, stored]) => [given, stored]);
const FROM_STORED = namesBy(([given, stored]) => [stored, given]);

/** The JSON of a rule as it is stored. */
export function toStored(rule: unknown): unknown {
  return renamed(rule, TO_STORED);
}

/** The JSON of a stored rule as it was given. */
export function fromStored(rule: unknown): unknown {
  return renamed(rule, FROM_STORED);
}

/** The type of a column of rules. */
export class RuleColumn extends JsonType {
  override convertToDatabaseValue(...[rule, ...how]: Parameters<JsonType['convertToDatabaseValue']>) {
    return super.convertToDatabaseValue(toStored(rule), ...how);
  }

  override convertToJSValue(...how: Parameters<JsonType['convertToJSValue']>): unknown {
    return fromStored(super.convertToJSValue(...how));
  }
}

/** Values, and the names in them, may be spelled alike: they stay. */
function renamed(rule: unknown, names: Names): unknown {
  return mapFields(rule, (field, value) => {
    if (field === 'all' || field === 'any')
      return [field, Array.isArray(value) ? value.map((one) => renamed(one, names)) : value];
    if (field === 'not') return [field, renamed(value, names)];
    const ofKind = names.get(field);
    return [field, ofKind ? mapFields(value, (name, said) => [ofKind.get(name) ?? name, said]) : value];
  });
}

function mapFields(json: unknown, change: (field: string, value: unknown) => [string, unknown]): unknown {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return json;
  return Object.fromEntries(Object.entries(json).map(([field, value]) => change(field, value)));
}

function namesBy(order: (pair: [string, string]) => [string, string]): Names {
  return new Map(
    Object.entries(STORED_AS).map(([kind, pairs]) => [kind, new Map(Object.entries(pairs).map(order))]),
  );
}
