import type { LabelVocabulary, Privacy, ValueType } from '../profiles/index.js';
import type { DerivedFigure } from './derived-attributes.js';
import type { Names } from './names.js';
import type { Rule } from './rule.js';

/** What is personal in a workspace. */
export interface PersonalData {
  attribute(key: string): Privacy;
  /** @param type of the event; null = of any @param steps keys on the way to it */
  property(type: string | null, steps: readonly string[]): Privacy;
  /** Whether identifiers of a namespace are. */
  namespace(key: string): boolean;
}

/** What a predicate may look up while it is parsed: see `ruleContextFor`. */
export interface RuleContext {
  /** The rule of a segment, or undefined when there is none with that key. */
  segmentRule(key: string): Rule | undefined;
  /** Which segment an unknown key may mean: a sentence, or nothing. Absent where a saved rule is read. */
  meantSegment?(key: string): string;
  /** What a segment is that is not live: `archived`. */
  segmentMark?(key: string): string | undefined;
  /**
   * The canonical form of an identifier, or null for a namespace without a value. It refuses nothing where a saved rule
   * is read.
   * @throws OnefoldError NAMESPACE_UNKNOWN, IDENTIFIER_INVALID, with the path from the identifier inwards
   */
  canonical?(namespace: string, value: string | null): string | null;
  /** The derived attributes there are, by key. */
  derived?: ReadonlyMap<string, DerivedFigure>;
  /** The time zone in which dates begin, such as `Europe/Brussels`; default: UTC. */
  timeZone?: string;
  /** The currency of amounts that name none: an ISO 4217 code; default: USD. */
  currency?: string;
  /** The property that names the currency of an amount; undefined = the contract does not call the property an amount. */
  currencyKey?(type: string, property: string): string | undefined;
  /** The tags, taxonomies and profile schemas there are. */
  labels?: LabelVocabulary;
  /** Whether the rule was saved before: what it names may be gone since, and then fits nobody. */
  isSaved?: boolean;
  /** Whether the contract of an event type keeps a property from rules. Absent where a saved rule is read. */
  isKeptBack?(type: string, property: string): boolean;
  /** The type that an attribute is defined with. Absent where a saved rule is read. */
  attributeType?(key: string): ValueType | undefined;
  /** The type that a property of an event type is defined with. Absent where a saved rule is read. */
  propertyType?(type: string, property: string): ValueType | undefined;
  /** Looks up the names of attributes, event types and properties. Absent = all of them are taken to exist. */
  names?: Names | undefined;
  /** Whether there is such a purpose of consent. Absent where a saved rule is read. */
  isPurpose?(key: string): boolean;
  /** Which purpose an unknown key may mean: a sentence, or nothing. */
  meantPurpose?(key: string): string;
  /** What is personal; absent = nothing is. */
  personal?: PersonalData;
  /** Whether what personal values are compared with is hidden where the rule is described. */
  isMasked?: boolean;
}
