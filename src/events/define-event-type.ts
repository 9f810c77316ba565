import type { DefinitionUsers } from '../definitions/index.js';
import type { Transaction } from '../platform/index.js';
import { checkPersonalFlags } from './check-personal-flags.js';
import { checkEventType } from './check-event-type.js';
import { eventTypes } from './event-types.js';
import type { EventTypeDefinition } from './event-types.js';
import { followMoney } from './money.js';

type DefineEventType = Omit<EventTypeDefinition, 'version'> & {
  now: Date;
  seesPersonal: boolean;
  users: DefinitionUsers;
};

/**
 * Adds a contract: from the commit on, events of the type are held against it. Those before stay as they are.
 * @throws OnefoldError FORBIDDEN, KEY_TAKEN, and those of `checkEventType`
 */
export async function defineEventType(
  tx: Transaction,
  { now, seesPersonal, users, ...input }: DefineEventType,
): Promise<void> {
  const definition = { ...input, version: 1 };
  checkEventType(definition);
  checkPersonalFlags({ after: definition }, seesPersonal);
  await eventTypes.define(tx, definition, now);
  await followMoney(tx, { after: definition, now, users }, definition.key);
}
