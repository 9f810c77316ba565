import { sql } from 'kysely';
import { pathOfSteps } from '../../events/index.js';
import { currencyCode } from '../../platform/index.js';
import type { EventRow, OfEvent } from './event-row.js';
import { invalid } from '../invalid.js';
import type { RulePath } from '../rule-path.js';
import type { Sql } from '../sql.js';

/** Named where the currency of the workspace is meant, whichever it is. */
export const WORKSPACE = 'WORKSPACE';

/** How the currency of an amount is found. */
export interface MoneyReading {
  /** Of the workspace. */
  currency: string;
  /** The property that names the currency of another; undefined = the contract does not call that an amount. */
  currencyKeyOf: (property: string) => string | undefined;
}

/** The currency of each amount. */
export interface Money {
  codeOf(event: EventRow): Sql;
  /** The property that names it. */
  property: string;
}

/** That amounts are in one currency. */
export interface InCurrency {
  code: string;
  condition: OfEvent;
  words: string;
}

/** The currency beside an amount that the contract does not call one. */
const BESIDE = 'currency';

/** What JavaScript trims: it reads the currencies that come in. */
const WHITE_SPACE =
  '\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff';

/** @param steps of the path to a number @param isMeant whether it is an amount even where the contract does not say so */
export function moneyOfProperty(
  steps: readonly string[],
  reading: MoneyReading,
  isMeant: boolean,
): Money | null {
  const known = steps.length === 1 ? reading.currencyKeyOf(steps[0] ?? '') : undefined;
  if (known === undefined && !isMeant) return null;
  const named = known === undefined ? [...steps.slice(0, -1), BESIDE] : [known];
  const own = sql`${reading.currency}::text`;
  return {
    property: pathOfSteps(named),
    codeOf: (event) => {
      const code = sql`btrim(${event.property(named).plain}, ${WHITE_SPACE}::text)`;
      return sql`coalesce(nullif(upper(${code}), ''), ${own})`;
    },
  };
}

/** @param wanted as it was given: a code, `WORKSPACE`, or nothing for the same. @throws OnefoldError RULE_INVALID */
export function inCurrency(
  wanted: unknown,
  path: RulePath,
  { money, reading }: { money: Money; reading: MoneyReading },
): InCurrency {
  const code = (wanted ?? WORKSPACE) === WORKSPACE ? reading.currency : currencyCode(wanted);
  if (code === null)
    throw invalid(path, 'The ISO 4217 code of a currency is expected here, such as EUR, or `WORKSPACE`.');
  return {
    code,
    condition: (event) => sql`${money.codeOf(event)} = ${code}::text`,
    words: ` in ${code}`,
  };
}
