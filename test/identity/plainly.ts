import type { Identifier, Place } from '../../src/identity/index.js';
import type { Namespace } from '../../src/identity/namespaces.js';

export type Rules = ReadonlyMap<
  string,
  Pick<Namespace, 'priority' | 'maxPerProfile' | 'canMergeProfiles' | 'isBlocked'>
>;

export const nameOf = ({ namespace, value }: Identifier) => `${namespace}:${value}`;

/** Who is who by the rules of identity, worked out one item after the other with nothing but sets of names. */
export class PlainIdentities {
  private persons: Set<string>[] = [];

  constructor(private readonly rules: Rules) {}

  /** @returns what was left aside, or null when the item says of nobody */
  add(identifiers: readonly Identifier[]): string[] | null {
    const leftAside: string[] = [];
    let rest = [...new Map(identifiers.map((one) => [nameOf(one), one])).values()].sort(
      (a, b) =>
        this.priority(b) - this.priority(a) ||
        (`${a.namespace}\0${a.value}` < `${b.namespace}\0${b.value}` ? -1 : 1),
    );
    const leave = (kind: Place['demotions'][number]['kind'], one: Identifier | undefined) => {
      if (one) leftAside.push(`${kind} ${nameOf(one)}`);
      rest = rest.filter((other) => other !== one);
    };
    for (const one of rest) if (this.rules.get(one.namespace)?.isBlocked(one.value)) leave('BLOCKED', one);
    if (rest.length === 0) return null;
    for (;;) {
      const persons = this.personsOf(rest);
      const proven = this.personsOf(rest.filter((one) => this.rules.get(one.namespace)?.canMergeProfiles));
      const unproven = rest.filter((one) =>
        persons.some((person) => person.has(nameOf(one)) && !proven.includes(person)),
      );
      if (persons.length > 1 && unproven.length > 0) leave('DEMOTED', unproven.at(-1));
      else if (this.isTooMuch(persons, rest)) leave('DEMOTED', rest.at(-1));
      else break;
    }
    const persons = this.personsOf(rest);
    this.persons = this.persons.filter((person) => !persons.includes(person));
    this.persons.push(new Set([...persons.flatMap((person) => [...person]), ...rest.map(nameOf)]));
    return leftAside.sort();
  }

  /** Who an item is about, in the end; undefined when nobody knows its identifiers. */
  personOf(identifiers: readonly Identifier[]): ReadonlySet<string> | undefined {
    return this.personsOf(identifiers)[0];
  }

  /** All who are one person stand together, in alphabetical order. */
  partition(): string[] {
    return this.persons.map((person) => [...person].sort().join(' ')).sort();
  }

  private personsOf(identifiers: readonly Identifier[]): Set<string>[] {
    return this.persons.filter((person) => identifiers.some((one) => person.has(nameOf(one))));
  }

  /** More than anybody may hold, and more than any of them holds already. */
  private isTooMuch(persons: readonly Set<string>[], identifiers: readonly Identifier[]): boolean {
    const together = new Set([...persons.flatMap((person) => [...person]), ...identifiers.map(nameOf)]);
    return [...this.rules].some(([namespace, { maxPerProfile }]) => {
      const count = (names: Iterable<string>) =>
        [...names].filter((name) => name.startsWith(`${namespace}:`)).length;
      return (
        count(together) > (maxPerProfile ?? Infinity) &&
        persons.every((person) => count(person) < count(together))
      );
    });
  }

  private priority({ namespace }: Identifier): number {
    return this.rules.get(namespace)?.priority ?? 0;
  }
}

/** What an item tells, in few words. */
export interface Told {
  identifiers: readonly Identifier[];
  /** Null: for when it arrived. */
  at: string | null;
  source: string;
  attributes: Readonly<Record<string, unknown>>;
  /** Of the event. */
  type: string | null;
  number: number;
}

export interface PlainPerson {
  identifiers: string[];
  /** [value, when, source] by key; null = it was removed. */
  attributes: Record<string, [value: unknown, at: string, source: string]>;
  events: number[];
  segments: string[];
}

const DAY_MS = 86_400_000;

/** The segments that the tests have, as rules and as what they mean. */
export const SEGMENTS: Record<
  string,
  { rule: object; fits: (person: PlainPerson, types: string[], recent: string[]) => boolean }
> = {
  placed: {
    rule: { attribute: { key: 'city', is: { exists: true } } },
    fits: ({ attributes }) => attributes.city !== undefined && attributes.city[0] !== null,
  },
  turinese: {
    rule: { attribute: { key: 'city', is: { equals: 'Turin' } } },
    fits: ({ attributes }) => attributes.city?.[0] === 'Turin',
  },
  returning: {
    rule: { event: { type: 'visit', count: { atLeast: 2 } } },
    fits: (_person, types) => types.filter((type) => type === 'visit').length >= 2,
  },
  'never-bought': {
    rule: { not: { event: { type: 'purchase' } } },
    fits: (_person, types) => !types.includes('purchase'),
  },
  'new-buyers': {
    rule: {
      all: [
        { event: { type: 'purchase', withinLast: { days: 30 } } },
        { not: { attribute: { key: 'vip', is: { equals: true } } } },
      ],
    },
    fits: ({ attributes }, _types, recent) => recent.includes('purchase') && attributes.vip?.[0] !== true,
  },
};

/** An item as it arrived. */
export interface Arrived extends Told {
  at: string;
}

/** All that the items of one person say together. @param items in the order of their arrival */
export function personOf(identifiers: Iterable<string>, items: readonly Arrived[], now: Date): PlainPerson {
  const attributes: PlainPerson['attributes'] = {};
  for (const { at, source, attributes: said } of items)
    for (const [key, value] of Object.entries(said)) {
      const stands = attributes[key];
      if (!stands || at >= stands[1]) attributes[key] = [value, at, source];
    }
  const told = items.filter(({ type }) => type !== null);
  const person = {
    identifiers: [...identifiers].sort(),
    attributes,
    events: told.map(({ number }) => number).sort((a, b) => a - b),
    segments: [],
  };
  const types = (some: readonly Arrived[]) => some.map(({ type }) => type ?? '');
  const recent = told.filter(({ at }) => new Date(at).getTime() > now.getTime() - 30 * DAY_MS);
  return {
    ...person,
    segments: Object.keys(SEGMENTS)
      .filter((key) => SEGMENTS[key]?.fits(person, types(told), types(recent)))
      .sort(),
  };
}
