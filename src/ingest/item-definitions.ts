import { Definitions, sources } from '../access/index.js';
import type { Source } from '../access/index.js';
import { purposes } from '../consent/index.js';
import { compileContract, eventTypes } from '../events/index.js';
import type { Contract } from '../events/index.js';
import { namespaces } from '../identity/index.js';
import type { Namespaces } from '../identity/index.js';
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

export const itemDefinitions = new Definitions(async (tx): Promise<ItemDefinitions> => ({
  sources: await sources.read(tx),
  namespaces: await namespaces.read(tx),
  attributes: compileAttributes(await attributeDefinitions.read(tx)),
  ranking: await sourceRanking.read(tx),
  labels: await labelVocabulary.read(tx),
  noted: notedNames(tx),
  purposes: await purposes.read(tx),
  contracts: mapValues(await eventTypes.read(tx), compileContract),
}));

function mapValues<K, V, W>(map: ReadonlyMap<K, V>, make: (value: V) => W): ReadonlyMap<K, W> {
  return new Map([...map].map(([key, value]) => [key, make(value)]));
}
