import { personalForbidden } from '../access/index.js';
import { currencyKeyOf } from '../events/index.js';
import { parseIdentifier } from '../identity/index.js';
import { checkJson, OnefoldError } from '../platform/index.js';
import { parseRule } from './rule/parse-rule.js';
import { personalIn } from './rule/personal-in.js';
import { segmentsIn } from './rule/rule-size.js';
import type { Rule, RuleContext } from './rule/rule.js';
import type { SegmentCatalogue } from './segment-catalogue.js';

/** Of the JSON of a rule, which nests more than twice as deep as the rule. */
const MAX_JSON_DEPTH = 100;

/**
 * Reads a rule against the segments there are.
 * @param forKey the segment that is to get it, when it exists already: it must not come to depend on itself
 * @param path the argument that the rule is in; default `rule`
 * @param seesPersonal whether the rule may use personal values: its matches, and even their number, reveal them
 * @throws OnefoldError FORBIDDEN, RULE_INVALID, RULE_TOO_LARGE, SEGMENT_UNKNOWN, SEGMENT_CYCLE, with the path from the argument inwards
 */
export function checkRule(
  catalogue: SegmentCatalogue,
  rule: unknown,
  { forKey, path = 'rule', seesPersonal }: { forKey?: string; path?: string; seesPersonal: boolean },
): Rule {
  const parsed = readRule(catalogue, rule, { field: path, seesPersonal });
  const personal = seesPersonal ? undefined : personalIn(parsed);
  if (personal) throw personalForbidden([path, ...personal]);
  const ways = forKey ? segmentsIn(parsed).filter((key) => leadsTo(catalogue, key, forKey)) : [];
  if (ways.length > 0) {
    throw new OnefoldError('SEGMENT_CYCLE', {
      path: [path],
      message: `The segment would depend on itself through "${ways.join('", "')}". Remove that reference.`,
    });
  }
  return parsed;
}

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
    personal: catalogue.personal,
    isKeptBack: (type, property) => propertyOf(type, property)?.isUsableInSegments === false,
    attributeType: (key) => catalogue.attributes.get(key)?.type,
    propertyType: (type, property) => propertyOf(type, property)?.type,
    canonical: (namespace, value) => {
      // Without a value, too, the namespace must be there.
      if (!catalogue.namespaces.has(namespace))
        throw new OnefoldError('NAMESPACE_UNKNOWN', { path: ['namespace'] });
      return value === null ? null : parseIdentifier(catalogue.namespaces, namespace, value).value;
    },
    labels: catalogue.labels,
    timeZone: catalogue.timeZone,
    currency: catalogue.currency,
    currencyKey: (type, property) => currencyKeyOf(catalogue.eventTypes, type, property),
    derived: catalogue.derived,
    isPurpose: (key) => catalogue.purposes.has(key),
  };
}

function readRule(
  catalogue: SegmentCatalogue,
  rule: unknown,
  { field, seesPersonal }: { field: string; seesPersonal: boolean },
): Rule {
  try {
    checkJson(rule, [], MAX_JSON_DEPTH);
    return parseRule(rule, contextOf(catalogue, seesPersonal));
  } catch (error) {
    if (!(error instanceof OnefoldError)) throw error;
    const { inputPath: path, message, code } = inField(field, error);
    throw new OnefoldError(code === 'INVALID_VALUE' ? 'RULE_INVALID' : code, { path, message });
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
