import { checkDefinitionKey } from '../definitions/index.js';
import type { Transaction } from '../platform/index.js';
import { checkPurpose } from './check-purpose.js';
import { purposes } from './purposes.js';
import type { PurposeDefinition } from './purposes.js';

/** Adds a purpose. @throws OnefoldError KEY_INVALID, KEY_TAKEN, REQUIRED, TOO_LONG, TOO_MANY */
export async function definePurpose(
  tx: Transaction,
  { now, ...definition }: PurposeDefinition & { now: Date },
): Promise<void> {
  checkDefinitionKey(definition.key);
  checkPurpose(definition);
  await purposes.define(tx, definition, now);
}
