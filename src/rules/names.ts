import { pathOfSteps, stepsOfPath } from '../events/index.js';
import { canonicalJson, canonicalKey, didYouMean, isNumber, OnefoldError } from '../platform/index.js';
import type { ErrorCode } from '../platform/index.js';
import { asKept, MAX_DISCOVERED_PROPERTIES, MAX_DISCOVERIES } from '../profiles/index.js';
import type { ValueType } from '../profiles/index.js';
import { invalid, onlyField } from './invalid.js';
import type { RulePath } from './rule-path.js';

/** What is known of the values under a name. */
export interface Meaning {
  /** What they are by definition. */
  readonly type?: ValueType;
  readonly allowedValues?: readonly unknown[] | null;
  /** Of a name that nobody has defined: what the first value that a source sent seemed to be. */
  readonly seenType?: ValueType;
}

/** The names that rules can ask for: those that are defined, and those that sources have sent. */
export interface KnownNames {
  readonly attributes: ReadonlyMap<string, Meaning>;
  /** The properties of each type of event. */
  readonly eventTypes: ReadonlyMap<string, ReadonlyMap<string, Meaning>>;
}

/** A name that a rule asks for. */
export interface Name {
  /** What the rule is described with behind the name: nothing, or that it is not defined. */
  readonly mark: string;
  readonly meaning: Meaning;
}

/** How names are looked up. */
export interface NamesReading {
  /** Whether the rule was saved before: its paths mean what they meant then, whatever has been sent since. */
  isSaved?: boolean;
  /** Notes all that is wrong, without a word for people: to compare it with what was wrong before. */
  isExhaustive?: boolean;
}

/** A path that a rule gives without the quotation marks that it needs. */
export interface Quoting {
  readonly at: RulePath;
  readonly path: string;
}

interface Missing {
  what: string;
  /** The type of event that a property is of; null = of any. */
  of?: string | null;
  key: string;
  /** As it stands in the rule, if that is more than the key. */
  given?: string;
  among: Iterable<string>;
  /** Whether sources may have sent it unnoted: as many names are kept there as can be. */
  isFull: boolean;
}

const NOTHING: Meaning = Object.freeze({});
const MAX_FAULTS = 20;
const AMONG_ALLOWED: ReadonlySet<string> = new Set([
  ...['equals', 'notEquals', 'in', 'notIn', 'hasAny', 'hasAll', 'hasNone'],
]);
const OF_NUMBERS: ReadonlySet<ValueType> = new Set<ValueType>(['NUMBER', 'JSON']);

/** Looks up the names in one rule, and notes what stands for nothing: it would fit nobody, silently, for ever. */
export class Names {
  /** In the order of the rule; at most 20, each name once. */
  readonly faults: OnefoldError[] = [];
  private readonly missed = new Set<string>();
  readonly quotings: Quoting[] = [];

  constructor(
    private readonly known: KnownNames,
    private readonly how: NamesReading = {},
  ) {}

  /**
   * Reads one part of a rule. Where all faults are wanted, one that throws is noted, and the rest is read as well.
   * @param instead stands in its place then
   */
  attempt<T>(read: () => T, instead: T): T {
    if (!this.how.isExhaustive) return read();
    try {
      return read();
    } catch (error) {
      if (!(error instanceof OnefoldError)) throw error;
      this.faults.push(error);
      return instead;
    }
  }

  attribute(key: string, path: RulePath): Name {
    const { attributes } = this.known;
    const meaning = attributes.get(key);
    if (!meaning)
      this.miss(
        'ATTRIBUTE_UNKNOWN',
        { what: 'attribute', key, among: attributes.keys(), isFull: attributes.size >= MAX_DISCOVERIES },
        path,
      );
    return named(meaning);
  }

  eventType(key: string, path: RulePath): Name {
    const { eventTypes } = this.known;
    const isKnown = eventTypes.has(key);
    if (!isKnown)
      this.miss(
        'EVENT_TYPE_UNKNOWN',
        { what: 'type of event', key, among: eventTypes.keys(), isFull: eventTypes.size >= MAX_DISCOVERIES },
        path,
      );
    return named(isKnown ? NOTHING : undefined);
  }

  /** @param type of the event; null = of any */
  property(type: string | null, given: string, path: RulePath): Name {
    const properties = this.propertiesOf(type);
    const [key = '', ...inside] = this.stepsOf(type, given);
    if (key !== savedStepsOf(given)[0]) this.quotings.push({ at: path, path: pathOfSteps([key, ...inside]) });
    const meaning = properties?.get(key);
    if (properties && !meaning)
      this.miss(
        'PROPERTY_UNKNOWN',
        { what: 'property', of: type, key, given, among: properties.keys(), isFull: this.isFullAt(type) },
        path,
      );
    if (inside.length > 0 && !canHold(meaning))
      this.note('PROPERTY_UNKNOWN', path, () => `"${key}" is no object: there is nothing inside it.`);
    // Of a type that is unknown itself all properties are; of what is inside an object nothing is said.
    return named(properties ? meaning : NOTHING, inside.length > 0);
  }

  /**
   * The keys on the way to a property. A key with dots that is known needs no quotation marks, unless the path may lead
   * into an object as well, or was saved without them: it means what it meant. What is malformed is taken for one key.
   */
  stepsOf(type: string | null, given: string): readonly string[] {
    const steps = savedStepsOf(given);
    if (this.how.isSaved || steps.length < 2 || given.includes('"')) return steps;
    const properties = this.propertiesOf(type);
    const first = properties?.get(steps[0] ?? '');
    if (!properties || (first && canHold(first))) return steps;
    let [prefix, longest, last] = ['', '', 0];
    for (const [index, part] of given.split('.').entries()) {
      prefix = index === 0 ? part : `${prefix}.${part}`;
      const key = canonicalKey(prefix);
      if (index > 0 && properties.has(key)) [longest, last] = [key, index];
    }
    return last === 0 ? steps : [longest, ...steps.slice(last + 1)];
  }

  /** Notes a comparison that no value under the name can meet. @param is as the rule says it, read before */
  compare({ meaning }: Name, is: unknown, path: RulePath): void {
    const [operator, operand] = onlyField(is, path);
    const at = [...path, operator];
    const { seenType } = meaning;
    if (AMONG_ALLOWED.has(operator)) this.compareAllowed(meaning, operand, at);
    if (seenType && !OF_NUMBERS.has(seenType) && isOfNumbers(operator, operand))
      this.note('RULE_INVALID', at, () => `So far no number has come under this name. ${REMEDY}`);
  }

  /** Notes a figure over numbers where none can be. @throws OnefoldError RULE_INVALID where that is by definition */
  sum({ meaning: { type, seenType } }: Name, path: RulePath): void {
    if (type && !OF_NUMBERS.has(type))
      throw invalid(path, 'This figure is of numbers; the property has none.');
    if (seenType && !OF_NUMBERS.has(seenType))
      this.note(
        'RULE_INVALID',
        path,
        () => `This figure is of numbers; so far none has come here. ${REMEDY}`,
      );
  }

  private compareAllowed({ type = 'JSON', allowedValues }: Meaning, operand: unknown, path: RulePath): void {
    if (!allowedValues) return;
    const kept = (value: unknown) => canonicalJson(asKept(type, value));
    const allowed = new Set(allowedValues.map(kept));
    for (const one of [operand].flat())
      if (!allowed.has(kept(one)))
        this.note(
          'RULE_INVALID',
          // Several may be wrong in one place.
          this.how.isExhaustive ? [...path, kept(one)] : path,
          () =>
            `Its definition does not allow the value ${canonicalJson(one)}.${didYouMean(shown(one), allowedValues.map(shown))} Allow it, or set \`allowUndefined\`.`,
        );
  }

  /** Undefined where the type itself is unknown. */
  private propertiesOf(type: string | null): ReadonlyMap<string, Meaning> | undefined {
    const { eventTypes } = this.known;
    if (type !== null) return eventTypes.get(type) ?? (this.how.isExhaustive ? new Map() : undefined);
    // What is true of one type of event need not be of another.
    return new Map([...eventTypes.values()].flatMap((all) => [...all.keys()].map((key) => [key, NOTHING])));
  }

  private isFullAt(type: string | null): boolean {
    const { eventTypes } = this.known;
    const sizes = type === null ? [...eventTypes.values()] : [eventTypes.get(type)];
    return sizes.some((properties) => (properties?.size ?? 0) >= MAX_DISCOVERED_PROPERTIES);
  }

  private miss(
    code: ErrorCode,
    { what, of = null, key, given = key, among, isFull }: Missing,
    path: RulePath,
  ): void {
    const name = JSON.stringify([what, of, key]);
    if (!this.how.isExhaustive && this.missed.has(name)) return;
    this.missed.add(name);
    const meant = () => {
      const known = [...among];
      return didYouMean(given, known) || didYouMean(key, known);
    };
    this.note(code, path, () =>
      isFull
        ? `Nobody has defined the ${what} "${key}", and it is not among the names that sources sent first: no more are kept.${meant()} ${REMEDY}`
        : `There is no ${what} "${key}": nobody has defined it, and no source has sent it.${meant()} ${REMEDY}`,
    );
  }

  private note(code: ErrorCode, path: RulePath, say: () => string): void {
    if (this.how.isExhaustive) this.faults.push(new OnefoldError(code, { path }));
    else if (this.faults.length < MAX_FAULTS)
      this.faults.push(new OnefoldError(code, { path, message: say() }));
  }
}

const REMEDY = 'Define it, or save the rule with `allowUndefined`.';

/** The steps of a path in a rule that was saved. It is read whatever it says. */
export function savedStepsOf(path: string): readonly string[] {
  return stepsOfPath(path) ?? [path];
}

function named(meaning: Meaning | undefined, isInside = false): Name {
  return { mark: meaning ? '' : ' (not defined)', meaning: (isInside ? undefined : meaning) ?? NOTHING };
}

/** Whether there may be something inside the values: a list has its elements there. */
function canHold(meaning: Meaning | undefined): boolean {
  return !meaning?.type || meaning.type === 'JSON' || meaning.type.endsWith('_LIST');
}

function isOfNumbers(operator: string, operand: unknown): boolean {
  if (['gt', 'gte', 'lt', 'lte'].includes(operator)) return isNumber(operand);
  return operator === 'between' && isNumber((operand as { from?: unknown }).from);
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : canonicalJson(value);
}
