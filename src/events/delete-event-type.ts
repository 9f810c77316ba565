import type { Transaction } from '../platform/index.js';
import { checkPersonalFlags } from './check-personal-flags.js';
import { eventTypes } from './event-types.js';

/**
 * Takes back a contract of the workspace; a shipped one is as shipped again. Events of the type stay, and more of them
 * are taken or refused as their source says of unknown types.
 * @throws OnefoldError FORBIDDEN, DEFINITION_UNKNOWN, DEFINITION_SHIPPED
 */
export async function deleteEventType(
  tx: Transaction,
  { key, seesPersonal }: { key: string; seesPersonal: boolean },
): Promise<void> {
  await eventTypes.remove(tx, key, (before, after) => checkPersonalFlags({ before, after }, seesPersonal));
}
