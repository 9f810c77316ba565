import type { Identifier, Place } from '../../src/identity/index.js';
import type { Namespace } from '../../src/identity/namespaces.js';

export type Rules = ReadonlyMap<
  string,
  Pick<Namespace, 'priority' | 'maxPerProfile' | 'causesMerges' | 'isBlocked'>
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
      const proven = this.personsOf(rest.filter((one) => this.rules.get(one.namespace)?.causesMerges));
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
