import { SetVerbs } from '../definitions/index.js';
import { canonicalJson, checkText } from '../platform/index.js';
import { checkEventType, checkGrowth, MAX_TYPE } from './check-event-type.js';
import { checkPersonalFlags } from './check-personal-flags.js';
import { eventTypes } from './event-types.js';
import type { EventTypeDefinition, PropertyDefinition } from './event-types.js';
import { canNameCurrency, changedMoney } from './money.js';
import { flagOf } from './personal-properties.js';

/**
 * A contract holds for events that come from the commit on; those before stay as they are. It only grows, but a shipped
 * one may be narrowed the first time: it becomes the workspace's own. `properties` names all of them.
 */
export const eventTypeVerbs = new SetVerbs<EventTypeDefinition, never, 'version'>({
  set: eventTypes,
  blank: { version: 1, properties: [] },
  checkSourceKey: (key) => checkText(key, MAX_TYPE, ['key']),
  check(_tx, { before, after: { ...after }, said, seesPersonal }) {
    if (said.properties) after.properties = withUnsaid(before, said.properties);
    checkEventType(after);
    checkPersonalFlags({ before, after }, seesPersonal);
    if (before?.updatedAt) checkGrowth(before, after);
    if (before && canonicalJson(after.properties) !== canonicalJson(before.properties)) after.version += 1;
    return after;
  },
  checkRemoval(_tx, { before, after, seesPersonal }) {
    checkPersonalFlags({ before, after }, seesPersonal);
  },
  followed: changedMoney,
});

/** What is not said of whether it is personal, or an amount of money, stays as it was where that is possible. */
function withUnsaid(
  standing: EventTypeDefinition | undefined,
  properties: readonly PropertyDefinition[],
): PropertyDefinition[] {
  return properties.map((property) => {
    const { key, type, isPersonal = flagOf(standing, key) } = property;
    const before = standing?.properties.find((one) => one.key === key)?.currencyKey ?? null;
    const isStill = before !== null && type === 'NUMBER' && canNameCurrency({ properties }, before);
    const { currencyKey = isStill ? before : null } = property;
    return { ...property, isPersonal, currencyKey };
  });
}
