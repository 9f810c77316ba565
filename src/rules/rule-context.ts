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
