import { workspaceOf } from '../access/index.js';
import type { RequestContext } from '../access/index.js';
import { purposes } from '../consent/index.js';
import { Definitions } from '../definitions/index.js';
import type { Standing } from '../definitions/index.js';
import { eventTypes, privacyOfProperty } from '../events/index.js';
import { namespaces } from '../identity/index.js';
import type { Namespaces } from '../identity/index.js';
import { together } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { attributeDefinitions, labelVocabulary, privacyOf } from '../profiles/index.js';
import type { LabelVocabulary } from '../profiles/index.js';
import { derivedAttributes } from './derived-attributes.js';
import type { DerivedDefinition } from './derived-attributes.js';
import type { PersonalData } from './rule-context.js';

/** What a workspace's rules are read by, at one version of its catalogue. The reader adds the segments. */
export interface Vocabulary {
  attributes: Awaited<ReturnType<typeof attributeDefinitions.read>>;
  /** The contracts of events, by type. */
  eventTypes: Awaited<ReturnType<typeof eventTypes.read>>;
  namespaces: Namespaces;
  labels: LabelVocabulary;
  derived: ReadonlyMap<string, Standing<DerivedDefinition>>;
  /** By key. */
  purposes: ReadonlyMap<string, unknown>;
  /** The time zone in which dates begin. */
  timeZone: string;
  /** The currency of amounts that name none. */
  currency: string;
  personal: PersonalData;
}

export const vocabulary = new Definitions(readVocabulary);

/** The vocabulary as the operation sees it: looked up once. */
export function vocabularyOf(context: RequestContext): Promise<Vocabulary> {
  return context.loaders.get(vocabularies, context).load('rules');
}

const vocabularies = (context: RequestContext) => async (keys: readonly string[]) => {
  const read = await vocabulary.read(await context.reading());
  return keys.map(() => read);
};

async function readVocabulary(tx: Transaction): Promise<Vocabulary> {
  const { workspace, ...defined } = await together({
    workspace: workspaceOf(tx),
    namespaces: namespaces.read(tx),
    labels: labelVocabulary.read(tx),
    derived: derivedAttributes.read(tx),
    attributes: attributeDefinitions.read(tx),
    eventTypes: eventTypes.read(tx),
    purposes: purposes.read(tx),
  });
  const { timeZone, currency } = workspace;
  return { ...defined, timeZone, currency, personal: personalDataOf(defined) };
}

function personalDataOf({
  attributes,
  eventTypes: contracts,
  namespaces: kinds,
}: Pick<Vocabulary, 'attributes' | 'eventTypes' | 'namespaces'>): PersonalData {
  return {
    attribute: (key) => privacyOf(attributes.get(key) ?? { key }),
    property: (type, steps) => privacyOfProperty(contracts, type, steps),
    namespace: (key) => kinds.get(key)?.isPersonal ?? true,
  };
}
