import type { DefinitionUsers } from '../definitions/index.js';
import type { Transaction } from '../platform/index.js';
import { checkPersonalFlags } from './check-personal-flags.js';
import { eventTypes } from './event-types.js';
import { followMoney } from './money.js';

/**
 * Takes back a contract of the workspace; a shipped one is as shipped again. Events of the type stay, and more of them
 * are taken or refused as their source says of unknown types.
 * @throws OnefoldError FORBIDDEN, DEFINITION_UNKNOWN, DEFINITION_SHIPPED
 */
export async function deleteEventType(
  tx: Transaction,
  {
    key,
    seesPersonal,
    now,
    users,
  }: { key: string; seesPersonal: boolean; now: Date; users: DefinitionUsers },
): Promise<void> {
  const before = (await eventTypes.read(tx)).get(key);
  await eventTypes.remove(tx, key, (standing, instead) =>
    checkPersonalFlags({ before: standing, after: instead }, seesPersonal),
  );
  const after = (await eventTypes.read(tx)).get(key);
  await followMoney(tx, { before, after, now, users }, key);
}
