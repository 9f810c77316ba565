import { sources } from '../access/index.js';
import { Definitions } from '../definitions/index.js';
import type { Source } from '../access/index.js';
import { purposes } from '../consent/index.js';
import { compileContract, eventTypes } from '../events/index.js';
import type { Contract } from '../events/index.js';
import { namespaces } from '../identity/index.js';
import type { Namespaces } from '../identity/index.js';
import { together } from '../platform/index.js';
import {
  attributeDefinitions,
  compileAttributes,
  labelVocabulary,
  notedNames,
  sourceRanking,
} from '../profiles/index.js';
import type { AttributeRules, LabelVocabulary, NotedNames, SourceRanking } from '../profiles/index.js';

/** All that items are read by, at one version of the workspace's catalogue. */
export interface ItemDefinitions {
  /** By id. */
  sources: ReadonlyMap<string, Source>;
  namespaces: Namespaces;
  attributes: AttributeRules;
  ranking: SourceRanking;
  labels: LabelVocabulary;
  /** Names that nobody has defined and that are on record already; grows. */
  noted: NotedNames;
  /** Of consent, by key. */
  purposes: ReadonlyMap<string, unknown>;
  /** By the type of event. */
  contracts: ReadonlyMap<string, Contract>;
}

export const itemDefinitions = new Definitions(async (tx): Promise<ItemDefinitions> => {
  const {
    attributes,
    eventTypes: contracts,
    ...others
  } = await together({
    sources: sources.read(tx),
    namespaces: namespaces.read(tx),
    attributes: attributeDefinitions.read(tx),
    ranking: sourceRanking.read(tx),
    labels: labelVocabulary.read(tx),
    purposes: purposes.read(tx),
    eventTypes: eventTypes.read(tx),
  });
  return {
    ...others,
    attributes: compileAttributes(attributes),
    noted: notedNames(tx),
    contracts: mapValues(contracts, compileContract),
  };
});

function mapValues<K, V, W>(map: ReadonlyMap<K, V>, make: (value: V) => W): ReadonlyMap<K, W> {
  return new Map([...map].map(([key, value]) => [key, make(value)]));
}
