import { privacyOf } from '../profiles/index.js';
import type { Flagged, Privacy } from '../profiles/index.js';
import type { EventTypeDefinition, PropertyDefinition } from './event-types.js';

type Contract = Pick<EventTypeDefinition, 'properties'>;
/** The contracts of a workspace, by type. */
type Contracts = ReadonlyMap<string, Contract>;

/**
 * How far the values at a path are hidden: the contract of the type decides for all of a property, names for what it
 * says nothing of.
 * @param type null = of any: what one contract calls personal is
 * @param steps keys on the way to it: see `stepsOfPath`
 */
export function privacyOfProperty(
  contracts: Contracts,
  type: string | null,
  steps: readonly string[],
): Privacy {
  const [key = ''] = steps;
  const path = steps.join('.');
  if (type === null)
    return privacyOf({ key: path, isPersonal: isPersonalInAny(contracts, key) ? true : null });
  const said = definitionOf(contracts.get(type), key);
  // A text has nothing inside; an event from before the contract may hold an object there.
  const isOutside = steps.length > 1 && said?.isPersonal === false && said.type !== 'JSON';
  return privacyOf({ ...(isOutside ? {} : said), key: path });
}

/** The properties of an event as a key without READ_PII sees them. */
export function maskProperties(contracts: Contracts, type: string, properties: unknown): unknown {
  const contract = contracts.get(type);
  return Object.fromEntries(
    Object.entries(properties as object).map(([key, value]): [string, unknown] => [
      key,
      privacyOf(definitionOf(contract, key) ?? { key }).mask(value),
    ]),
  );
}

/** What a contract says of whether a property is personal; undefined or null = nothing. */
export function flagOf(contract: Contract | undefined, key: string): Flagged['isPersonal'] {
  return definitionOf(contract, key)?.isPersonal;
}

function definitionOf(contract: Contract | undefined, key: string): PropertyDefinition | undefined {
  return contract?.properties.find((property) => property.key === key);
}

function isPersonalInAny(contracts: Contracts, key: string): boolean {
  return [...contracts.values()].some((contract) => flagOf(contract, key));
}
