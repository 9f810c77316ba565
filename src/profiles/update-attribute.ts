import type { Transaction } from '../platform/index.js';
import { attributeDefinitions } from './attribute-definitions.js';
import type { AttributeDefinition } from './attribute-definitions.js';
import { checkAttribute } from './check-attribute.js';
import { checkFlag } from './check-flag.js';

type UpdateAttribute = Pick<AttributeDefinition, 'key'> &
  Partial<Omit<AttributeDefinition, 'key' | 'type'>> & { now: Date; seesPersonal: boolean };

/**
 * Changes what is said of an attribute, but not its type; undefined leaves a thing as it is. It counts for what comes
 * from the commit on: values that stand were chosen by what was said then.
 * @throws OnefoldError FORBIDDEN, DEFINITION_UNKNOWN, and those of `checkAttribute`
 */
export async function updateAttribute(
  tx: Transaction,
  { key, now, seesPersonal, ...changes }: UpdateAttribute,
): Promise<void> {
  const said = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
  await attributeDefinitions.update(
    tx,
    key,
    async (standing) => {
      const changed = { ...standing, ...said };
      await checkAttribute(tx, changed);
      const [before, after] = [standing.isPersonal, changed.isPersonal];
      checkFlag({ key, type: standing.type, before, after }, { path: ['isPersonal'], seesPersonal });
      return changed;
    },
    now,
  );
}
