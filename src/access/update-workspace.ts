import { currencyCode, OnefoldError } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';
import { changeCatalogue, checkName } from '../definitions/index.js';
import { checkTimeZone } from './check-time-zone.js';
import type { DefinitionUsers } from '../definitions/index.js';
import { CURRENCY, TIME_ZONE } from './workspace-dependencies.js';

interface UpdateWorkspace {
  name?: string | null;
  timeZone?: string | null;
  currency?: string | null;
  now: Date;
  users: DefinitionUsers;
}

/**
 * Changes the workspace; what is absent stays as it is. With another time zone, what depends on dates is computed again;
 * with another currency, sums of money.
 * @throws OnefoldError REQUIRED, TOO_LONG, INVALID_VALUE
 */
export async function updateWorkspace(
  tx: Transaction,
  { name, timeZone, currency, now, users }: UpdateWorkspace,
): Promise<void> {
  if (name != null) checkName(name);
  const code = currency == null ? null : parseCurrency(currency);
  await changeCatalogue(tx);
  if (timeZone != null) await checkTimeZone(tx, timeZone);
  await tx.query(
    `update workspace set name = coalesce($2, name), time_zone = coalesce($3, time_zone), currency = coalesce($4, currency)
    where id = $1`,
    [tx.workspaceId, name ?? null, timeZone ?? null, code],
  );
  if (timeZone != null) await users.follow(tx, TIME_ZONE, now);
  if (code) await users.follow(tx, CURRENCY, now);
}

function parseCurrency(currency: string): string {
  const code = currencyCode(currency);
  if (code) return code;
  throw new OnefoldError('INVALID_VALUE', {
    path: ['currency'],
    message: 'The ISO 4217 code of a currency is expected here, such as EUR.',
  });
}
