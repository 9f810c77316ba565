import { currencyKeyOf } from '../events/index.js';
import { parseIdentifier } from '../identity/index.js';
import { didYouMean } from '../platform/index.js';
import type { RuleContext } from './rule-context.js';
import { unknownName } from './unknown-name.js';
import type { Vocabulary } from './vocabulary.js';

/**
 * How a rule is read.
 * - `NEW`: all that it names must be there, and what it compares must fit.
 * - `SAVED`: what it names may be gone since, and then fits nobody. Nothing is refused.
 * - `MASKED`: like `SAVED`; wherever the rule is described, what personal values are compared with is hidden.
 * - `REVIEWED`: a saved rule is read as if it were new, to find out what is wrong with it by now.
 */
type RuleReading = 'NEW' | 'SAVED' | 'MASKED' | 'REVIEWED';

/** The segments that a rule may refer to. They rank above rules, so their catalogue supplies them. */
export interface RuleSegments extends Pick<RuleContext, 'segmentRule' | 'segmentMark'> {
  /** The keys of all segments, to guess which one is meant. */
  keys(): Iterable<string>;
}

const NO_SEGMENTS: RuleSegments = { segmentRule: () => undefined, keys: () => [] };

/** What may be looked up while a rule of the workspace is read. @param segments absent = the rule cannot name any */
export function ruleContextFor(
  vocabulary: Vocabulary,
  reading: RuleReading,
  segments: RuleSegments = NO_SEGMENTS,
): RuleContext {
  const { labels, derived, personal, timeZone, currency, eventTypes } = vocabulary;
  const { segmentRule, segmentMark } = segments;
  return {
    ...{ segmentRule, segmentMark, labels, derived, personal, timeZone, currency },
    currencyKey: (type, property) => currencyKeyOf(eventTypes, type, property),
    ...(reading === 'NEW' || reading === 'REVIEWED'
      ? strictly(vocabulary, reading, segments)
      : leniently(vocabulary, reading)),
  };
}

function leniently({ namespaces }: Vocabulary, reading: 'SAVED' | 'MASKED'): Partial<RuleContext> {
  return {
    isSaved: true,
    isMasked: reading === 'MASKED',
    canonical: (namespace, value) =>
      value === null ? null : (namespaces.get(namespace)?.normalize(value) ?? value),
  };
}

function strictly(
  { attributes, eventTypes, namespaces, purposes }: Vocabulary,
  reading: 'NEW' | 'REVIEWED',
  segments: RuleSegments,
): Partial<RuleContext> {
  const propertyOf = (type: string, property: string) =>
    eventTypes.get(type)?.properties.find(({ key }) => key === property);
  return {
    meantSegment: (key) => didYouMean(key, segments.keys()),
    // Keeping a property from segments concerns only the rules that are saved from then on.
    isKeptBack: (type, property) =>
      reading === 'NEW' && propertyOf(type, property)?.isUsableInSegments === false,
    attributeType: (key) => attributes.get(key)?.type,
    propertyType: (type, property) => propertyOf(type, property)?.type,
    canonical: (namespace, value) => {
      // Without a value, too, the namespace must be there.
      if (!namespaces.has(namespace))
        throw unknownName('NAMESPACE_UNKNOWN', ['namespace'], {
          what: 'identifier namespace',
          meant: didYouMean(namespace, namespaces.keys()),
          see: '`identifierNamespaces` for those there are',
        });
      return value === null ? null : parseIdentifier(namespaces, { namespace, value }).value;
    },
    isPurpose: (key) => purposes.has(key),
    meantPurpose: (key) => didYouMean(key, purposes.keys()),
  };
}
