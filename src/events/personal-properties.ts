import { privacyOf } from '../profiles/index.js';
import type { Flagged, Privacy } from '../profiles/index.js';
import type { EventTypeDefinition, PropertyDefinition } from './event-types.js';

/** The contracts of a workspace, by type. */
type Contracts = ReadonlyMap<string, Pick<EventTypeDefinition, 'properties'>>;

/**
 * How far the values at a path are hidden: the contract of the type decides for all of a property, names for what it
 * says nothing of.
 * @param type null = of any: what one contract calls personal is
 * @param path keys with dots between
 */
export function privacyOfProperty(contracts: Contracts, type: string | null, path: string): Privacy {
  const [key = ''] = path.split('.');
  return privacyOf({
    key: path,
    isPersonal: type === null ? flagAmong(contracts, key) : flagOf(contracts.get(type), key),
  });
}

/** The properties of an event as a key without READ_PII sees them. */
export function maskProperties(contracts: Contracts, type: string, properties: unknown): unknown {
  const contract = contracts.get(type);
  return Object.fromEntries(
    Object.entries(properties as object).map(([key, value]): [string, unknown] => [
      key,
      privacyOf({ key, isPersonal: flagOf(contract, key) }).mask(value),
    ]),
  );
}

/** What a contract says of a property by which it is found in an event; undefined = nothing. */
export function flagOf(
  contract: { properties: readonly PropertyDefinition[] } | undefined,
  key: string,
): Flagged['isPersonal'] {
  return contract?.properties.find((property) => property.key === key)?.isPersonal;
}

function flagAmong(contracts: Contracts, key: string): Flagged['isPersonal'] {
  return [...contracts.values()].some((contract) => flagOf(contract, key)) ? true : null;
}
