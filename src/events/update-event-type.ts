import type { DefinitionUsers } from '../definitions/index.js';
import { canonicalJson } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { checkPersonalFlags } from './check-personal-flags.js';
import { checkEventType, checkGrowth } from './check-event-type.js';
import { eventTypes } from './event-types.js';
import type { EventTypeDefinition, PropertyDefinition } from './event-types.js';
import { canNameCurrency, followMoney } from './money.js';
import { flagOf } from './personal-properties.js';

type UpdateEventType = Pick<EventTypeDefinition, 'key'> &
  Partial<Omit<EventTypeDefinition, 'key' | 'version'>> & {
    now: Date;
    seesPersonal: boolean;
    users: DefinitionUsers;
  };

/**
 * Lets a contract grow; what is absent stays as it is. `properties` names all of them. A shipped type may be narrowed
 * the first time: its contract becomes the workspace's own.
 * @throws OnefoldError FORBIDDEN, DEFINITION_UNKNOWN, CONTRACT_NARROWED, and those of `checkEventType`
 */
export async function updateEventType(
  tx: Transaction,
  { key, now, seesPersonal, users, properties, ...changes }: UpdateEventType,
): Promise<void> {
  let before: EventTypeDefinition | undefined;
  await eventTypes.update(
    tx,
    key,
    (standing) => {
      before = standing;
      const changed = {
        ...standing,
        ...withoutAbsent(changes),
        properties: properties ? withUnsaid(standing, properties) : standing.properties,
      };
      checkEventType(changed);
      checkPersonalFlags({ before: standing, after: changed }, seesPersonal);
      if (standing.updatedAt) checkGrowth(standing, changed);
      const isSame = canonicalJson(changed.properties) === canonicalJson(standing.properties);
      return { ...changed, version: isSame ? standing.version : standing.version + 1 };
    },
    now,
  );
  const after = (await eventTypes.read(tx)).get(key);
  await followMoney(tx, { before, after, now, users }, key);
}

/** What is not said of whether it is personal, or an amount of money, stays as it was where that is possible. */
function withUnsaid(
  standing: EventTypeDefinition,
  properties: readonly PropertyDefinition[],
): PropertyDefinition[] {
  return properties.map((property) => {
    const { key, type, isPersonal = flagOf(standing, key) } = property;
    const before = standing.properties.find((one) => one.key === key)?.currencyKey ?? null;
    const isStill = before !== null && type === 'NUMBER' && canNameCurrency({ properties }, before);
    const { currencyKey = isStill ? before : null } = property;
    return { ...property, isPersonal, currencyKey };
  });
}

function withoutAbsent<T extends object>(changes: T): Partial<T> {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) as Partial<T>;
}
