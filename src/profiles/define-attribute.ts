import type { Transaction } from '../platform/index.js';
import { attributeDefinitions } from './attribute-definitions.js';
import type { AttributeDefinition } from './attribute-definitions.js';
import { checkAttribute } from './check-attribute.js';
import { checkFlag } from './check-flag.js';

/**
 * Adds an attribute: values that come from the commit on are held against it. Those there are stay as they are.
 * @throws OnefoldError FORBIDDEN, KEY_TAKEN, and those of `checkAttribute`
 */
export async function defineAttribute(
  tx: Transaction,
  { now, seesPersonal, ...definition }: AttributeDefinition & { now: Date; seesPersonal: boolean },
): Promise<void> {
  await checkAttribute(tx, definition);
  const { key, type, isPersonal: after } = definition;
  checkFlag({ key, type, before: null, after }, { path: ['isPersonal'], seesPersonal });
  await attributeDefinitions.define(tx, definition, now);
}
