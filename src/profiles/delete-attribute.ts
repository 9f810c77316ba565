import type { Transaction } from '../platform/index.js';
import { attributeDefinitions } from './attribute-definitions.js';
import { checkFlag } from './check-flag.js';

/**
 * Deletes what is said of an attribute; a shipped one is as shipped again.
 * @throws OnefoldError FORBIDDEN, DEFINITION_UNKNOWN, DEFINITION_SHIPPED
 */
export async function deleteAttribute(
  tx: Transaction,
  { key, seesPersonal }: { key: string; seesPersonal: boolean },
): Promise<void> {
  await attributeDefinitions.remove(tx, key, (standing, instead) => {
    const [before, after] = [standing.isPersonal, instead?.isPersonal];
    checkFlag({ key, type: standing.type, before, after }, { path: ['key'], seesPersonal });
  });
}
