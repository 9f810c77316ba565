import type { RawBuilder } from 'kysely';
import type { DependencyName } from '../definitions/index.js';
import type { LabelVocabulary, Privacy, ValueType } from '../profiles/index.js';
import type { EventPasses } from './event-passes.js';
import type { EventsWithin } from './events-within.js';
import type { Names } from './names.js';
import type { DerivedFigure } from './select-events.js';

/** A piece of SQL with its parameters. */
export type Sql = RawBuilder<unknown>;

/** Where a node stands in the rule as it was given, such as `["all", "0", "attribute"]`. */
export type RulePath = readonly string[];

/**
 * Something whose change calls for a new look at the rules that depend on it: events, or anything else by its name.
 */
export type Dependency = DependencyName | EventsWithin;

/** A rule as a closed, frozen tree: a predicate, or other rules put together. */
export type Rule =
  | { readonly kind: 'all' | 'any'; readonly rules: readonly Rule[]; readonly parts?: PartsOfRule }
  | { readonly kind: 'not'; readonly rule: Rule }
  | { readonly kind: 'predicate'; readonly predicate: Predicate };

/** What a rule with a rule for leaving was put together from. */
export interface PartsOfRule {
  readonly entry: Rule;
  readonly inside: Rule;
  readonly exit: Rule;
}

/**
 * One yes-or-no question about a person. Each kind is one file in `predicates/`; it parses its own input into this.
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
   * When something that is on record already, but dated ahead, next begins to count for it; absent = nothing can. Asked
   * only to explain: whoever records it sees to it that the person is looked at then (`item_ahead`).
   */
  begins?(passes: EventPasses): Sql | null;
  dependsOn(): readonly Dependency[];
  /** The question in plain English, to follow "people who": `have made a purchase at least 3 times`. */
  describe(): string;
  /** The value that it looks at, for people: as jsonb, SQL null when it is not known; and how far it is hidden. */
  seen?: { value(passes: EventPasses): Sql; privacy?: Privacy | undefined };
  /** Where it asks for a personal value, in the rule as it was given; absent = it does not. */
  personal?: RulePath | undefined;
  /** The rule that stands in its place. */
  inlined?: Rule;
  /** Keys of the segments that it refers to, and how many nodes their rules add to this one. */
  references?: { segments: readonly string[]; size: number };
}

/** What is personal in a workspace. */
export interface PersonalData {
  attribute(key: string): Privacy;
  /** @param type of the event; null = of any @param steps keys on the way to it */
  property(type: string | null, steps: readonly string[]): Privacy;
  /** Whether identifiers of a namespace are. */
  namespace(key: string): boolean;
}

/** What a predicate may look up while it is parsed. */
export interface RuleContext {
  /** The rule of a segment, or undefined when there is none with that key. */
  segmentRule(key: string): Rule | undefined;
  /** What is meant by a key of which there is no segment: a sentence, or nothing. Absent where a saved rule is read. */
  meantSegment?(key: string): string;
  /** Where a segment is not live, what it is: `archived`. */
  segmentMark?(key: string): string | undefined;
  /**
   * The canonical form of an identifier; of a namespace alone, null. Where a saved rule is read it refuses nothing.
   * @throws OnefoldError NAMESPACE_UNKNOWN, IDENTIFIER_INVALID, with the path from the identifier inwards
   */
  canonical?(namespace: string, value: string | null): string | null;
  /** The derived attributes there are, by key. */
  derived?: ReadonlyMap<string, DerivedFigure>;
  /** In which dates begin, such as `Europe/Brussels`; default: UTC. */
  timeZone?: string;
  /** Of amounts that name none: an ISO 4217 code; default: USD. */
  currency?: string;
  /** The property that names the currency of another; undefined = the contract of the type does not call that an amount. */
  currencyKey?(type: string, property: string): string | undefined;
  /** The tags, taxonomies and profile schemas there are. */
  labels?: LabelVocabulary;
  /** Whether a saved rule is read: what it names may be gone since, and then fits nobody. */
  isSaved?: boolean;
  /** Whether the contract of a type of events keeps a property from rules. Absent where a saved rule is read. */
  isKeptBack?(type: string, property: string): boolean;
  /** What an attribute, or a property of a type of events, is defined to be. Likewise absent. */
  attributeType?(key: string): ValueType | undefined;
  propertyType?(type: string, property: string): ValueType | undefined;
  /** Where the names in the rule are looked up. Absent = all are taken to stand for something. */
  names?: Names | undefined;
  /** Whether there is such a purpose of consent. Likewise absent. */
  isPurpose?(key: string): boolean;
  meantPurpose?(key: string): string;
  /** Absent = nothing is. */
  personal?: PersonalData;
  /** Whether what personal values are compared with is hidden where the rule is described. */
  isMasked?: boolean;
}

/** One file in `predicates/`: the name of its field in RuleInput, and how it reads what stands there. */
export interface PredicateKind {
  readonly field: string;
  /** @throws OnefoldError RULE_INVALID and others, with the path of the offending place */
  parse(input: unknown, path: RulePath, context: RuleContext): Predicate;
  /** A saved input with all that personal values are compared with hidden. Absent = it compares none. */
  mask?(input: never, context: RuleContext): unknown;
}
