import { OnefoldError } from '../platform/index.js';
import type { Transaction } from '../platform/index.js';

/** @throws OnefoldError INVALID_VALUE unless it is an IANA name that the database and the server both know */
export async function checkTimeZone(tx: Transaction, timeZone: string): Promise<void> {
  const isKnown =
    isKnownHere(timeZone) &&
    (await tx.query('select from pg_timezone_names where name = $1', [timeZone])).length > 0;
  if (!isKnown)
    throw new OnefoldError('INVALID_VALUE', {
      path: ['timeZone'],
      message: 'The IANA name of a time zone is expected here, such as Europe/Brussels.',
    });
}

function isKnownHere(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return true;
  } catch {
    return false;
  }
}
