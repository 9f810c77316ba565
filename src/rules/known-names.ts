import { discoveriesOf } from '../profiles/index.js';
import type { DiscoveryRow } from '../profiles/index.js';
import type { Transaction } from '../platform/index.js';
import type { KnownNames, Meaning } from './names.js';
import type { Vocabulary } from './vocabulary.js';

type Defined = Pick<Vocabulary, 'attributes' | 'eventTypes'>;
type Reading = Pick<Transaction, 'query'>;

const defined = new WeakMap<object, KnownNames['eventTypes']>();

/** The names that are defined. */
export function definedNames({ attributes, eventTypes }: Defined): KnownNames {
  const known = defined.get(eventTypes) ?? new Map([...eventTypes].map(([type, one]) => [type, byKey(one)]));
  defined.set(eventTypes, known);
  return { attributes, eventTypes: known };
}

/** Those that are defined, and those that sources have sent. */
export async function seenNames(tx: Reading, vocabulary: Defined): Promise<KnownNames> {
  const { attributes, eventTypes } = definedNames(vocabulary);
  const seen = await discoveriesIn(tx);
  const properties = Map.groupBy(seen.properties, ({ of }) => of);
  const types = new Set([...eventTypes.keys(), ...seen.eventTypes.map(({ key }) => key)]);
  return {
    attributes: new Map([...meanings(seen.attributes), ...attributes]),
    eventTypes: new Map(
      [...types].map((type) => [
        type,
        new Map([...meanings(properties.get(type) ?? []), ...(eventTypes.get(type) ?? [])]),
      ]),
    ),
  };
}

interface Discoveries {
  attributes: DiscoveryRow[];
  eventTypes: DiscoveryRow[];
  properties: DiscoveryRow[];
}

const found = new WeakMap<Reading, Promise<Discoveries>>();

/** Looked up once in a transaction: one operation may read many rules. */
function discoveriesIn(tx: Reading): Promise<Discoveries> {
  const known = found.get(tx) ?? readDiscoveries(tx);
  found.set(tx, known);
  return known;
}

async function readDiscoveries(tx: Reading): Promise<Discoveries> {
  return {
    attributes: await discoveriesOf(tx, 'ATTRIBUTE'),
    eventTypes: await discoveriesOf(tx, 'EVENT_TYPE'),
    properties: await discoveriesOf(tx, 'PROPERTY'),
  };
}

function byKey({ properties }: { properties: readonly (Meaning & { key: string })[] }): Map<string, Meaning> {
  return new Map(properties.map((property) => [property.key, property]));
}

function meanings(rows: readonly DiscoveryRow[]): [string, Meaning][] {
  return rows.map(({ key, type }) => [key, { seenType: type }]);
}
