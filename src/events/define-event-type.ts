import type { Transaction } from '../platform/index.js';
import { checkEventType } from './check-event-type.js';
import { eventTypes } from './event-types.js';
import type { EventTypeDefinition } from './event-types.js';

type DefineEventType = Omit<EventTypeDefinition, 'version'> & { now: Date };

/**
 * Adds a contract: from the commit on, events of the type are held against it. Those before stay as they are.
 * @throws OnefoldError KEY_TAKEN, and those of `checkEventType`
 */
export async function defineEventType(tx: Transaction, { now, ...input }: DefineEventType): Promise<void> {
  const definition = { ...input, version: 1 };
  checkEventType(definition);
  await eventTypes.define(tx, definition, now);
}
