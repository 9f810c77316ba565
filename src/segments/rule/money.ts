import { sql } from 'kysely';
import { currencyCode } from '../../platform/index.js';
import type { EventRow, OfEvent } from './event-row.js';
import { invalid } from './invalid.js';
import type { RulePath, Sql } from './rule.js';

/** Named where the currency of the workspace is meant, whichever it is. */
export const WORKSPACE = 'WORKSPACE';
/** What rules depend on that ask for amounts in the currency of the workspace: as `DefinitionUsers` calls it. */
export const CURRENCY = 'currency';

/** How the currency of an amount is found. */
export interface MoneyReading {
  /** Of the workspace. */
  currency: string;
  /** The property that names the currency of another; undefined = the contract does not call that an amount. */
  currencyKeyOf: (property: string) => string | undefined;
  stepsOf: (property: string, path: RulePath) => readonly string[];
}

/** The currency of each amount. */
export interface Money {
  codeOf(event: EventRow): Sql;
  /** The property that names it. */
  property: string;
}

/** That amounts are in one currency. */
export interface InCurrency {
  condition: OfEvent;
  words: string;
}

/** The currency beside an amount that the contract does not call one. */
const BESIDE = 'currency';

/** @param isMeant whether it is an amount even where the contract does not say so */
export function moneyOfProperty(
  property: string,
  path: RulePath,
  { reading, isMeant }: { reading: MoneyReading; isMeant: boolean },
): Money | null {
  const known = reading.currencyKeyOf(property);
  if (known === undefined && !isMeant) return null;
  const name = known ?? [...property.split('.').slice(0, -1), BESIDE].join('.');
  const steps = reading.stepsOf(name, path);
  const own = sql`${reading.currency}::text`;
  return {
    property: name,
    codeOf: (event) => sql`coalesce(nullif(upper(btrim(${event.property(steps).plain})), ''), ${own})`,
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
    condition: (event) => sql`${money.codeOf(event)} = ${code}::text`,
    words: ` in ${code}`,
  };
}
