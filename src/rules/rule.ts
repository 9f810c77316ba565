import type { Privacy } from '../profiles/index.js';
import type { Dependency } from './dependency.js';
import type { EventPasses } from './events/event-passes.js';
import type { RulePath } from './rule-path.js';
import type { Sql } from './sql.js';

/** A rule as a closed, frozen tree: a predicate, or other rules put together. */
export type Rule =
  | { readonly kind: 'all' | 'any'; readonly rules: readonly Rule[]; readonly parts?: PartsOfRule }
  | { readonly kind: 'not'; readonly rule: Rule }
  | { readonly kind: 'predicate'; readonly predicate: Predicate };

/** The parts of a rule that has an exit rule. */
export interface PartsOfRule {
  readonly entry: Rule;
  readonly inside: Rule;
  readonly exit: Rule;
}

/**
 * One yes-or-no question about a person. Each kind is one folder in `predicates/`; it parses its own input into this.
 * The expressions are over one row `p` of `profile` and must never be null: what is absent compares as false, but
 * as true where a comparison denies.
 */
export interface Predicate {
  /** The answer, as a boolean expression. What it asks of events goes through `passes`. */
  compile(passes: EventPasses): Sql;
  /** The same where it may be null in place of false, if the database can make more of that: see `filterOf`. */
  holds?(passes: EventPasses): Sql;
  /** The next instant after now at which time alone may change the answer; null when it never does. */
  nextChange(passes: EventPasses): Sql | null;
  /**
   * The next instant at which something that is on record, but dated ahead, begins to count; absent = nothing can. It is
   * asked only to explain: what is dated ahead has its own way to a new look at the person (`item_ahead`).
   */
  begins?(passes: EventPasses): Sql | null;
  /** What calls for a new look at the answer when it changes. */
  dependsOn(): readonly Dependency[];
  /** The question in plain English, to follow "people who": `have made a purchase at least 3 times`. */
  describe(): string;
  /** The value that it looks at, for people: as jsonb, SQL null when it is not known; and how far it is hidden. */
  seen?: { value(passes: EventPasses): Sql; privacy?: Privacy | undefined };
  /** Where it asks for a personal value, in the rule as it was given; absent = it does not. */
  personal?: RulePath | undefined;
  /** The rule of another segment that is evaluated in its place. */
  inlined?: Rule;
  /** Keys of the segments that it refers to, and how many nodes their rules add to this one. */
  references?: { segments: readonly string[]; size: number };
}
