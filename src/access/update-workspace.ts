import { checkUnchanged, currencyCode, keptOr, nextUpdate, OnefoldError } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { changeCatalogue, checkName } from '../definitions/index.js';
import { workspaceOf } from './access.reads.js';
import { checkTimeZone } from './check-time-zone.js';
import type { DefinitionUsers } from '../definitions/index.js';
import { CURRENCY, TIME_ZONE } from './workspace-dependencies.js';

interface UpdateWorkspace {
  name?: string | null;
  timeZone?: string | null;
  currency?: string | null;
  ifUnchangedSince?: Date | null;
  now: Date;
  users: DefinitionUsers;
}

/**
 * Changes the workspace; what is absent stays as it is. With another time zone, what depends on dates is computed again;
 * with another currency, sums of money.
 * @throws OnefoldError CHANGED_SINCE, REQUIRED, TOO_LONG, INVALID_VALUE
 */
export async function updateWorkspace(
  tx: Transaction,
  { ifUnchangedSince, now, users, ...said }: UpdateWorkspace,
): Promise<void> {
  if (said.name != null) checkName(said.name);
  const code = said.currency == null ? said.currency : parseCurrency(said.currency);
  await changeCatalogue(tx);
  const before = await workspaceOf(tx);
  checkUnchanged(before.updatedAt, ifUnchangedSince);
  const name = keptOr(before.name, said.name, 'name');
  const timeZone = keptOr(before.timeZone, said.timeZone, 'timeZone');
  const currency = keptOr(before.currency, code, 'currency');
  if (said.timeZone != null) await checkTimeZone(tx, timeZone);
  await tx.query(
    `update workspace set name = $2, time_zone = $3, currency = $4, updated_at = $5 where id = $1`,
    [tx.workspaceId, name, timeZone, currency, nextUpdate(before.updatedAt, now)],
  );
  if (timeZone !== before.timeZone) await users.follow(tx, TIME_ZONE, now);
  if (currency !== before.currency) await users.follow(tx, CURRENCY, now);
}

function parseCurrency(currency: string): string {
  const code = currencyCode(currency);
  if (code) return code;
  throw new OnefoldError('INVALID_VALUE', {
    path: ['currency'],
    message: 'The ISO 4217 code of a currency is expected here, such as EUR.',
  });
}
