import { MAX_TYPE } from '../../../events/index.js';
import type { Contract } from '../../../events/index.js';
import { canonicalKey, checkJson, checkText, idOfArrival, OnefoldError } from '../../../platform/index.js';
import { checkObject } from '../check-object.js';
import { inOneSpelling } from '../in-one-spelling.js';
import type { ItemReading, RawFields } from '../item-part.js';
import { discoverProperties } from './discover-properties.js';

/** The event that an item tells. */
export interface ItemEvent {
  id: string;
  type: string;
  properties: Record<string, unknown>;
}

/**
 * Reads the event of an item by its contract.
 * @returns null when it tells none
 * @throws OnefoldError REQUIRED, INVALID_VALUE, TOO_LONG
 */
export function parseEvent(
  { type, properties }: RawFields,
  reading: ItemReading,
  contracts: ReadonlyMap<string, Contract>,
): ItemEvent | null {
  if (type === undefined || type === null) {
    if (properties === undefined || properties === null) return null;
    throw new OnefoldError('REQUIRED', {
      path: ['type'],
      message:
        'Properties belong to an event: give its type, or send facts about the person as `attributes`.',
    });
  }
  if (typeof type !== 'string')
    throw new OnefoldError('INVALID_VALUE', { path: ['type'], message: 'A text is expected here.' });
  const key = canonicalKey(type);
  checkText(key, MAX_TYPE, ['type']);
  const given = properties ?? {};
  checkObject(given, ['properties']);
  checkJson(given, ['properties']);
  const spelled = inOneSpelling(given, ['properties'], reading.warnings);
  return {
    id: idOfArrival(reading.arrival),
    type: key,
    properties: byContract(contracts.get(key), { type: key, properties: spelled }, reading),
  };
}

/** @returns the properties as they are kept */
function byContract(
  contract: Contract | undefined,
  { type, properties }: Omit<ItemEvent, 'id'>,
  { source, sourceId, noted, errors, discoveries }: ItemReading,
): Record<string, unknown> {
  const policy = source?.unknownEvents ?? 'DISCOVER';
  if (contract) {
    const kept = contract.asKept(properties, source);
    const keys = contract.check(kept, policy, errors);
    discoverProperties({ type, properties: kept, keys, sourceId }, noted, discoveries);
    return kept;
  }
  if (policy === 'REJECT') errors.push(new OnefoldError('EVENT_TYPE_UNKNOWN', { path: ['type'] }));
  else {
    if (!noted.at('EVENT_TYPE', '').has(type))
      discoveries.push({ kind: 'EVENT_TYPE', of: '', key: type, type: 'JSON', sourceId });
    const keys = Object.keys(properties);
    discoverProperties({ type, properties, keys, sourceId }, noted, discoveries);
  }
  return properties;
}
