import type { DefinitionUsers } from '../definitions/index.js';
import type { Transaction } from '../platform/index.js';
import { derivedAttributes, derivedDependency } from '../rules/index.js';

/**
 * Deletes a derived attribute; a shipped one is as shipped again, and segments that ask for it are rebuilt.
 * @throws OnefoldError DEFINITION_UNKNOWN, DEFINITION_SHIPPED
 */
export async function deleteDerivedAttribute(
  tx: Transaction,
  { key, now, users }: { key: string; now: Date; users: DefinitionUsers },
): Promise<void> {
  await derivedAttributes.remove(tx, key);
  if (derivedAttributes.isShipped(key)) await users.follow(tx, derivedDependency(key), now);
}
