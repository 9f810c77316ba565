import type { Transaction } from '../platform/index.js';
import { attributeDefinitions } from './attribute-definitions.js';
import type { AttributeDefinition } from './attribute-definitions.js';
import { checkAttribute } from './check-attribute.js';

/**
 * Adds an attribute: values that come from the commit on are held against it. Those there are stay as they are.
 * @throws OnefoldError KEY_TAKEN, and those of `checkAttribute`
 */
export async function defineAttribute(
  tx: Transaction,
  { now, ...definition }: AttributeDefinition & { now: Date },
): Promise<void> {
  await checkAttribute(tx, definition);
  await attributeDefinitions.define(tx, definition, now);
}
