import { sql } from 'kysely';
import type { DependencyName } from '../definitions/index.js';
import { earliest } from './earliest.js';
import type { EventPasses } from './events/event-passes.js';
import type { Dependency } from './dependency.js';
import type { Rule } from './rule.js';
import type { Sql } from './sql.js';

/** Whether the person in row `p` fits the rule: never null. An empty `all` is true, an empty `any` false. */
export function conditionOf(rule: Rule, passes: EventPasses): Sql {
  switch (rule.kind) {
    case 'predicate':
      return rule.predicate.compile(passes);
    case 'not':
      return sql`(not ${conditionOf(rule.rule, passes)})`;
    case 'all':
    case 'any':
      return joined(rule, (child) => conditionOf(child, passes));
  }
}

/**
 * The same for a `where`: it may be null instead of false. So the database can rule people out as soon as something that
 * the rule asks for is not there.
 */
export function filterOf(rule: Rule, passes: EventPasses): Sql {
  if (rule.kind === 'predicate') return (rule.predicate.holds ?? rule.predicate.compile)(passes);
  if (rule.kind === 'not') return conditionOf(rule, passes);
  return joined(rule, (child) => filterOf(child, passes));
}

/** The next instant at which time alone may change whether the person in row `p` fits; null when it never does. */
export function nextChangeOf(rule: Rule, passes: EventPasses): Sql | null {
  if (rule.kind === 'predicate') return rule.predicate.nextChange(passes);
  if (rule.kind === 'not') return nextChangeOf(rule.rule, passes);
  return earliest(rule.rules.map((child) => nextChangeOf(child, passes)));
}

/** The next instant at which something dated ahead begins to count for the person in row `p`; null = there is none. */
export function beginsOf(rule: Rule, passes: EventPasses): Sql | null {
  if (rule.kind === 'predicate') return rule.predicate.begins?.(passes) ?? null;
  if (rule.kind === 'not') return beginsOf(rule.rule, passes);
  return earliest(rule.rules.map((child) => beginsOf(child, passes)));
}

/** By their names, each once. */
export function dependenciesOf(rule: Rule): ReadonlyMap<DependencyName, Dependency> {
  if (rule.kind === 'not') return dependenciesOf(rule.rule);
  if (rule.kind !== 'predicate') return new Map(rule.rules.flatMap((child) => [...dependenciesOf(child)]));
  return new Map(
    rule.predicate.dependsOn().map((one) => [typeof one === 'string' ? one : one.name, one] as const),
  );
}

/** The rule in plain English. */
export function describeRule(rule: Rule): string {
  return `People who ${words(rule)}.`;
}

function words(rule: Rule, nested = false): string {
  if (rule.kind === 'predicate') return rule.predicate.describe();
  if (rule.kind === 'not') return wordsOfNot(rule.rule, nested);
  if (rule.parts) {
    const parts = `${words(rule.parts.entry, true)}; once in, they stay until they ${words(rule.parts.exit, true)}`;
    return nested ? `(${parts})` : parts;
  }
  if (rule.rules.length === 0) return rule.kind === 'all' ? 'exist' : 'do not exist';
  const parts = rule.rules.map((child) => words(child, true)).join(rule.kind === 'all' ? ', and ' : ', or ');
  return nested && rule.rules.length > 1 ? `(${parts})` : parts;
}

function wordsOfNot(rule: Rule, nested: boolean): string {
  if (rule.kind === 'not') return words(rule.rule, nested);
  if (rule.kind !== 'predicate') {
    const [first, ...others] = rule.rules;
    if (!first) return rule.kind === 'all' ? 'do not exist' : 'exist';
    return others.length > 0 || rule.parts ? `do not (${words(rule)})` : wordsOfNot(first, nested);
  }
  const said = rule.predicate.describe();
  return said.startsWith('are ') ? `are not ${said.slice('are '.length)}` : `do not ${said}`;
}

function joined({ kind, rules }: Rule & { kind: 'all' | 'any' }, compile: (rule: Rule) => Sql): Sql {
  const isAll = kind === 'all';
  if (rules.length === 0) return isAll ? sql`true` : sql`false`;
  return sql`(${sql.join(rules.map(compile), isAll ? sql` and ` : sql` or `)})`;
}
