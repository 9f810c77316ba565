import { canonicalJson } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { checkEventType, checkGrowth } from './check-event-type.js';
import { eventTypes } from './event-types.js';
import type { EventTypeDefinition } from './event-types.js';

type UpdateEventType = Pick<EventTypeDefinition, 'key'> &
  Partial<Omit<EventTypeDefinition, 'key' | 'version'>> & { now: Date };

/**
 * Lets a contract grow; what is absent stays as it is. `properties` names all of them. A shipped type may be narrowed
 * the first time: its contract becomes the workspace's own.
 * @throws OnefoldError DEFINITION_UNKNOWN, CONTRACT_NARROWED, and those of `checkEventType`
 */
export async function updateEventType(
  tx: Transaction,
  { key, now, ...changes }: UpdateEventType,
): Promise<void> {
  await eventTypes.update(
    tx,
    key,
    (standing) => {
      const changed = { ...standing, ...withoutAbsent(changes) };
      checkEventType(changed);
      if (standing.updatedAt) checkGrowth(standing, changed);
      const isSame = canonicalJson(changed.properties) === canonicalJson(standing.properties);
      return { ...changed, version: isSame ? standing.version : standing.version + 1 };
    },
    now,
  );
}

function withoutAbsent<T extends object>(changes: T): Partial<T> {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) as Partial<T>;
}
