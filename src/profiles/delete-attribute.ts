import type { DefinitionUsers } from '../access/index.js';
import type { Transaction } from '../platform/index.js';
import { attributeDefinitions } from './attribute-definitions.js';

/**
 * Deletes what is said of an attribute; a shipped one is as shipped again.
 * @throws OnefoldError DEFINITION_UNKNOWN, DEFINITION_SHIPPED, DEFINITION_IN_USE
 */
export async function deleteAttribute(
  tx: Transaction,
  { key, users }: { key: string; users: DefinitionUsers },
): Promise<void> {
  await attributeDefinitions.remove(tx, key, (_standing, instead) =>
    instead ? undefined : users.refuseUsed(tx, `attribute:${key}`),
  );
}
