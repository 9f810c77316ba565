import { personalForbidden } from '../access/index.js';
import { currencyKeyOf } from '../events/index.js';
import { parseIdentifier } from '../identity/index.js';
import { checkJson, didYouMean, OnefoldError, Refusals } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { definedNames, seenNames } from './known-names.js';
import { checkNesting, Names, parseRule, personalIn, segmentsIn, unknownName } from '../rules/index.js';
import type { NamesReading, Quoting, Rule, RuleContext } from '../rules/index.js';
import type { SegmentCatalogue } from './segment-catalogue.js';

/** Of the JSON of a rule, which nests more than twice as deep as the rule. */
const MAX_JSON_DEPTH = 100;

interface Checking {
  /** The segment that is to get it, when it exists already: it must not come to depend on itself. */
  forKey?: string;
  /** The argument that the rule is in; default `rule`. */
  path?: string;
  /** Whether the rule may use personal values: its matches, and even their number, reveal them. */
  seesPersonal: boolean;
}

/** A rule that has been read. */
export interface CheckedRule {
  rule: Rule;
  /** As it is kept: with the quotation marks that paths in it need. */
  json: unknown;
  /** What it asks for that there is not, with the path from the argument inwards: it fits nobody. */
  warnings: readonly OnefoldError[];
}

/**
 * Reads a rule against the segments and the names there are.
 * @throws OnefoldError FORBIDDEN, RULE_INVALID, RULE_TOO_LARGE, SEGMENT_UNKNOWN, SEGMENT_CYCLE, with the path from the argument inwards
 */
export async function checkRule(
  tx: Pick<Transaction, 'query'>,
  catalogue: SegmentCatalogue,
  json: unknown,
  { forKey, path = 'rule', seesPersonal }: Checking,
): Promise<CheckedRule> {
  const { read: rule, names } = await within(path, () => {
    checkNesting(json);
    checkJsonOfRule(json);
    return readNames(tx, catalogue, (names) =>
      parseRule(json, { ...contextOf(catalogue, seesPersonal), names }),
    );
  });
  const personal = seesPersonal ? undefined : personalIn(rule);
  if (personal) throw personalForbidden([path, ...personal]);
  const ways = forKey ? segmentsIn(rule).filter((key) => leadsTo(catalogue, key, forKey)) : [];
  if (ways.length > 0) {
    throw new OnefoldError('SEGMENT_CYCLE', {
      path: [path],
      message: `The segment would depend on itself through "${ways.join('", "')}". Remove that reference.`,
    });
  }
  return {
    rule,
    json: withQuotings(json, names.quotings),
    warnings: names.faults.map((fault) => inField(path, fault)),
  };
}

/**
 * As `checkRule`, for a rule that is to be saved. What is stored must be readable as it will be read: a rule that is not
 * would stop every batch of the workspace.
 * @throws Refusals also of names that there are not, unless they are allowed
 */
export async function checkSavedRule(
  tx: Pick<Transaction, 'query'>,
  catalogue: SegmentCatalogue,
  json: unknown,
  { allowUndefined, ...rest }: Checking & { allowUndefined: boolean },
): Promise<CheckedRule> {
  const checked = await checkRule(tx, catalogue, json, rest);
  if (!allowUndefined && checked.warnings.length > 0) throw new Refusals(checked.warnings);
  await within(rest.path ?? 'rule', () => parseRule(checked.json, catalogue.masked));
  return checked;
}

/** Looks names up among the definitions, and only where one is not there among what sources have sent, too. */
export async function readNames<T>(
  tx: Pick<Transaction, 'query'>,
  catalogue: SegmentCatalogue,
  read: (names: Names) => T,
  how: NamesReading = {},
): Promise<{ read: T; names: Names }> {
  const defined = new Names(definedNames(catalogue), how);
  const result = read(defined);
  if (defined.faults.length === 0) return { read: result, names: defined };
  const names = new Names(await seenNames(tx, catalogue), how);
  return { read: read(names), names };
}

/** A rule as it was saved, with the quotation marks that it would be saved with now. It is not refused. */
export async function quotedNow(
  tx: Pick<Transaction, 'query'>,
  catalogue: SegmentCatalogue,
  json: unknown,
): Promise<unknown> {
  const { names } = await readNames(tx, catalogue, (known) =>
    parseRule(json, { ...catalogue.masked, names: known }),
  );
  return withQuotings(json, names.quotings);
}

/** The same JSON with paths as they should be. */
export function withQuotings<T>(json: T, quotings: readonly Quoting[]): T {
  return quotings.reduce((quoted, { at, path }) => replaced(quoted, at, path) as T, json);
}

/** A copy with another value at the path. All else is shared: a clone would not know an exact number. */
function replaced(json: unknown, [step, ...inside]: readonly string[], value: unknown): unknown {
  if (step === undefined) return value;
  const copy = (Array.isArray(json) ? [...(json as unknown[])] : { ...(json as object) }) as Steps;
  copy[step] = replaced(copy[step], inside, value);
  return copy;
}

type Steps = Record<string, unknown>;

/** Keys of the segments whose rule refers to this one, directly or through others. */
export function dependentsOf(catalogue: SegmentCatalogue, key: string): string[] {
  return [...catalogue.byKey.keys()].filter((other) => other !== key && leadsTo(catalogue, other, key));
}

function leadsTo(catalogue: SegmentCatalogue, from: string, target: string): boolean {
  return (
    from === target ||
    (catalogue.byKey.get(from)?.uses.some((key) => leadsTo(catalogue, key, target)) ?? false)
  );
}

/** What may be looked up while a new rule is read. */
export function contextOf(catalogue: SegmentCatalogue, seesPersonal: boolean): RuleContext {
  const propertyOf = (type: string, property: string) =>
    catalogue.eventTypes.get(type)?.properties.find(({ key }) => key === property);
  return {
    segmentRule: (key) => {
      const live = catalogue.byKey.get(key);
      return live && (seesPersonal ? live.rule : catalogue.masked.of(key));
    },
    meantSegment: (key) => didYouMean(key, catalogue.byKey.keys()),
    segmentMark: catalogue.masked.segmentMark,
    personal: catalogue.personal,
    isKeptBack: (type, property) => propertyOf(type, property)?.isUsableInSegments === false,
    attributeType: (key) => catalogue.attributes.get(key)?.type,
    propertyType: (type, property) => propertyOf(type, property)?.type,
    canonical: (namespace, value) => {
      // Without a value, too, the namespace must be there.
      if (!catalogue.namespaces.has(namespace))
        throw unknownName('NAMESPACE_UNKNOWN', ['namespace'], {
          what: 'identifier namespace',
          meant: didYouMean(namespace, catalogue.namespaces.keys()),
          see: '`identifierNamespaces` for those there are',
        });
      return value === null ? null : parseIdentifier(catalogue.namespaces, { namespace, value }).value;
    },
    labels: catalogue.labels,
    timeZone: catalogue.timeZone,
    currency: catalogue.currency,
    currencyKey: (type, property) => currencyKeyOf(catalogue.eventTypes, type, property),
    derived: catalogue.derived,
    isPurpose: (key) => catalogue.purposes.has(key),
    meantPurpose: (key) => didYouMean(key, catalogue.purposes.keys()),
  };
}

/** @throws OnefoldError RULE_INVALID with the path of what cannot be kept */
function checkJsonOfRule(json: unknown): void {
  try {
    checkJson(json, [], MAX_JSON_DEPTH);
  } catch (error) {
    if (!(error instanceof OnefoldError)) throw error;
    throw new OnefoldError('RULE_INVALID', { path: error.inputPath, message: error.message });
  }
}

/** Puts the field in front of the paths of refusals. */
export async function within<T>(field: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof OnefoldError ? inField(field, error) : error;
  }
}

function inField(field: string, error: OnefoldError): OnefoldError {
  const path = [field, ...error.inputPath];
  return new OnefoldError(error.code, { message: error.message, path, extensions: error.extensions });
}
