import { checkFlag } from '../profiles/index.js';
import type { EventTypeDefinition } from './event-types.js';
import { flagOf } from './personal-properties.js';

type Contract = Pick<EventTypeDefinition, 'properties'>;

/**
 * Refuses to let a key without READ_PII show more of any property than before.
 * @throws OnefoldError FORBIDDEN with the path of the flag, or of the key of the contract where it goes
 */
export function checkPersonalFlags(
  { before, after }: { before?: Contract | undefined; after?: Contract | undefined },
  seesPersonal: boolean,
): void {
  for (const [index, { key, type, isPersonal }] of after?.properties.entries() ?? []) {
    const path = ['properties', String(index), 'isPersonal'];
    checkFlag({ key, type, before: flagOf(before, key), after: isPersonal }, { path, seesPersonal });
  }
  const stay = new Set(after?.properties.map(({ key }) => key));
  for (const { key, type, isPersonal } of before?.properties ?? [])
    if (!stay.has(key))
      checkFlag({ key, type, before: isPersonal, after: null }, { path: ['key'], seesPersonal });
}
