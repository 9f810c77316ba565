import type { DefinitionUsers } from '../access/index.js';
import type { Transaction } from '../platform/index.js';
import { attributeDefinitions } from './attribute-definitions.js';
import { checkFlag } from './check-flag.js';

/**
 * Deletes what is said of an attribute; a shipped one is as shipped again.
 * @throws OnefoldError FORBIDDEN, DEFINITION_UNKNOWN, DEFINITION_SHIPPED, DEFINITION_IN_USE
 */
export async function deleteAttribute(
  tx: Transaction,
  { key, seesPersonal, users }: { key: string; seesPersonal: boolean; users: DefinitionUsers },
): Promise<void> {
  await attributeDefinitions.remove(tx, key, async (standing, instead) => {
    if (!instead) await users.refuseUsed(tx, `attribute:${key}`);
    const [before, after] = [standing.isPersonal, instead?.isPersonal];
    checkFlag({ key, type: standing.type, before, after }, { path: ['key'], seesPersonal });
  });
}
