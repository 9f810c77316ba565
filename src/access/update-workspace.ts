import type { Transaction } from '../platform/index.js';
import { changeCatalogue } from './catalogue.js';
import { checkTimeZone } from './check-time-zone.js';
import { checkName } from './definition-key.js';
import type { DefinitionUsers } from './definition-users.js';

interface UpdateWorkspace {
  name?: string | null;
  timeZone?: string | null;
  now: Date;
  users: DefinitionUsers;
}

/**
 * Changes the workspace; what is absent stays as it is. With another time zone, what depends on dates is worked out
 * anew.
 * @throws OnefoldError REQUIRED, TOO_LONG, INVALID_VALUE
 */
export async function updateWorkspace(
  tx: Transaction,
  { name, timeZone, now, users }: UpdateWorkspace,
): Promise<void> {
  if (name != null) checkName(name);
  await changeCatalogue(tx);
  if (timeZone != null) await checkTimeZone(tx, timeZone);
  await tx.query(
    'update workspace set name = coalesce($2, name), time_zone = coalesce($3, time_zone) where id = $1',
    [tx.workspaceId, name ?? null, timeZone ?? null],
  );
  if (timeZone != null) await users.follow(tx, 'timeZone', now);
}
