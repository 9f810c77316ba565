import { sql } from 'kysely';
import { stepsOfPath } from '../../events/index.js';
import { asksPersonal } from '../../profiles/index.js';
import type { Privacy, ValueType } from '../../profiles/index.js';
import { maskComparison, parseComparison } from '../comparisons/parse-comparison.js';
import type { EventRow, OfEvent } from './event-row.js';
import { isScalar } from './events-within.js';
import type { PropertyAmong } from './events-within.js';
import { invalid } from '../invalid.js';
import { savedStepsOf } from '../names.js';
import type { Dependency } from '../dependency.js';
import type { RuleContext } from '../rule-context.js';
import type { RulePath } from '../rule-path.js';

/** What an event must meet to count, and how it reads in English. */
export interface EventConditions {
  /** Each true where it is met, and false or null where it is not. */
  conditions: readonly OfEvent[];
  /** Those whose answer does not change by time alone. */
  lasting: readonly OfEvent[];
  /** When time alone next changes the answer of one of the others, for one event: null in SQL when it never does. */
  turns: readonly OfEvent[];
  /** What else than events they look at. */
  dependsOn: readonly Dependency[];
  words: readonly string[];
  /** Where one of them asks for a personal value; absent = none does. */
  personal: RulePath | undefined;
}

/** Conditions on the properties of an event. */
interface PropertyConditions extends EventConditions {
  /** Without which no event meets all of them; absent = there is none such. */
  needs: PropertyAmong | undefined;
}

/** A condition as it is saved. */
export interface PropertyRule {
  path: string;
  is: object;
}

/** How the properties of events of one type are read. */
export interface Reading extends Pick<RuleContext, 'isMasked' | 'isSaved' | 'names' | 'timeZone'> {
  /** Null = of any type. */
  eventType: string | null;
  isKeptBack(key: string): boolean;
  typeOf(property: string): ValueType | undefined;
  privacyOf(property: string): Privacy | undefined;
}

const MAX_CONDITIONS = 20;
const MAX_PATH = 1_000;
const MAX_STEPS = 20;

/** @param type null = of any, which have no contract in common */
export function readingOf(type: string | null, context: RuleContext): Reading {
  const { names } = context;
  const stepsTo = (property: string) => names?.stepsOf(type, property) ?? savedStepsOf(property);
  return {
    eventType: type,
    names,
    timeZone: context.timeZone,
    isMasked: context.isMasked,
    isSaved: context.isSaved,
    isKeptBack: (key) => type !== null && context.isKeptBack?.(type, key) === true,
    typeOf: (property) => {
      const [key = '', ...inside] = stepsTo(property);
      // Of what is inside an object the contract says nothing.
      return type === null || inside.length > 0 ? undefined : context.propertyType?.(type, key);
    },
    privacyOf: (property) => context.personal?.property(type, stepsTo(property)),
  };
}

/**
 * Reads conditions on the properties of an event.
 * @throws OnefoldError RULE_INVALID with the path of the offending place
 */
export function parseProperties(input: unknown, path: RulePath, reading: Reading): PropertyConditions {
  const given = (input ?? []) as { path?: unknown; is?: unknown }[];
  if (given.length > MAX_CONDITIONS)
    throw invalid(path, `At most ${MAX_CONDITIONS} conditions are allowed here.`);
  const parsed = given.map((condition, index): Parsed => {
    const here = [...path, String(index)];
    const read = () => parseProperty(condition, here, reading);
    return reading.names ? reading.names.attempt(read, UNREADABLE) : read();
  });
  return {
    conditions: parsed.map((one) => one.condition),
    lasting: parsed.filter(({ turn }) => !turn).map((one) => one.condition),
    turns: parsed.flatMap(({ turn }) => turn ?? []),
    dependsOn: parsed.flatMap(({ dependsOn }) => dependsOn),
    needs: parsed.find(({ needs }) => needs)?.needs,
    words: parsed.map(({ words }, index) => `${index === 0 ? 'where' : 'and'} ${words}`),
    personal: parsed.find(({ personal }) => personal)?.personal,
  };
}

/** One condition, read. */
interface Parsed {
  dependsOn: readonly Dependency[];
  needs: PropertyAmong | undefined;
  condition: OfEvent;
  turn: OfEvent | undefined;
  personal: RulePath | undefined;
  words: string;
}

const UNREADABLE: Parsed = {
  dependsOn: [],
  needs: undefined,
  condition: () => sql`false`,
  turn: undefined,
  personal: undefined,
  words: '',
};

function parseProperty(
  condition: { path?: unknown; is?: unknown },
  here: RulePath,
  reading: Reading,
): Parsed {
  if (typeof condition.path !== 'string' || condition.path === '')
    throw invalid([...here, 'path'], 'The path of a property is expected here.');
  const steps = stepsOf(condition.path, [...here, 'path'], reading);
  const name = reading.names?.property(reading.eventType, condition.path, [...here, 'path']);
  const isPersonal = asksPersonal(reading.privacyOf(condition.path), condition.is);
  const isHidden = isPersonal && reading.isMasked;
  const comparison = parseComparison(condition.is, [...here, 'is'], {
    timeZone: reading.timeZone,
    type: reading.typeOf(condition.path),
    isMasked: isHidden,
  });
  // What is wrong would be told with the values themselves.
  if (name && !isHidden) reading.names?.compare(name, condition.is, [...here, 'is']);
  const { nextChange, among, dependsOn = [] } = comparison;
  const [property = '', ...inside] = steps;
  return {
    dependsOn,
    needs: inside.length === 0 && among?.every(isScalar) ? { property, among } : undefined,
    condition: (row: EventRow) => comparison.holds(row.property(steps)),
    turn: nextChange && ((row: EventRow) => nextChange(row.property(steps))),
    personal: isPersonal ? [...here, 'path'] : undefined,
    words: `${condition.path}${name?.mark ?? ''} ${comparison.describe()}`,
  };
}

/** Saved conditions with all that personal properties are compared with hidden. */
export function maskConditions(given: readonly PropertyRule[], reading: Reading): PropertyRule[] {
  return given.map((one) =>
    asksPersonal(reading.privacyOf(one.path), one.is) ? { ...one, is: maskComparison(one.is) } : one,
  );
}

/** The steps of the path to a property. @throws OnefoldError RULE_INVALID */
export function stepsOf(property: string, path: RulePath, reading: Reading): readonly string[] {
  if (reading.names && !reading.isSaved) checkPath(property, path);
  const steps = reading.names?.stepsOf(reading.eventType, property) ?? savedStepsOf(property);
  if (reading.isKeptBack(steps[0] ?? ''))
    throw invalid(path, 'The contract of the event keeps this property from segments.');
  return steps;
}

function checkPath(property: string, path: RulePath): void {
  if (property.length > MAX_PATH)
    throw invalid(path, `The path of a property has at most ${MAX_PATH} characters.`);
  const steps = stepsOfPath(property);
  if (!steps)
    throw invalid(path, 'A quotation mark in the path has no partner, or something stands right behind it.');
  if (steps.length > MAX_STEPS) throw invalid(path, `The path of a property has at most ${MAX_STEPS} steps.`);
}
