import { canonicalJson } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { checkPersonalFlags } from './check-personal-flags.js';
import { checkEventType, checkGrowth } from './check-event-type.js';
import { eventTypes } from './event-types.js';
import type { EventTypeDefinition, PropertyDefinition } from './event-types.js';
import { flagOf } from './personal-properties.js';

type UpdateEventType = Pick<EventTypeDefinition, 'key'> &
  Partial<Omit<EventTypeDefinition, 'key' | 'version'>> & { now: Date; seesPersonal: boolean };

/**
 * Lets a contract grow; what is absent stays as it is. `properties` names all of them. A shipped type may be narrowed
 * the first time: its contract becomes the workspace's own.
 * @throws OnefoldError FORBIDDEN, DEFINITION_UNKNOWN, CONTRACT_NARROWED, and those of `checkEventType`
 */
export async function updateEventType(
  tx: Transaction,
  { key, now, seesPersonal, properties, ...changes }: UpdateEventType,
): Promise<void> {
  await eventTypes.update(
    tx,
    key,
    (standing) => {
      const changed = {
        ...standing,
        ...withoutAbsent(changes),
        properties: properties?.map((one) => withFlag(standing, one)) ?? standing.properties,
      };
      checkEventType(changed);
      checkPersonalFlags({ before: standing, after: changed }, seesPersonal);
      if (standing.updatedAt) checkGrowth(standing, changed);
      const isSame = canonicalJson(changed.properties) === canonicalJson(standing.properties);
      return { ...changed, version: isSame ? standing.version : standing.version + 1 };
    },
    now,
  );
}

/** Where nothing is said of whether it is personal, it stays as it was. */
function withFlag(standing: EventTypeDefinition, property: PropertyDefinition): PropertyDefinition {
  return property.isPersonal === undefined
    ? { ...property, isPersonal: flagOf(standing, property.key) }
    : property;
}

function withoutAbsent<T extends object>(changes: T): Partial<T> {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) as Partial<T>;
}
