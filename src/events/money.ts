import { dependencyOn } from '../definitions/index.js';
import type { DependencyName } from '../definitions/index.js';
import { canonicalJson } from '../platform/index.js';
import type { EventTypeDefinition } from './event-types.js';

type Contract = Pick<EventTypeDefinition, 'properties'>;

/** The property that names the currency of an amount; undefined = the contract does not call it an amount. */
export function currencyKeyOf(
  contracts: ReadonlyMap<string, Contract>,
  type: string,
  key: string,
): string | undefined {
  const amount = contracts.get(type)?.properties.find((property) => property.key === key);
  return amount?.currencyKey ?? undefined;
}

/** Whether a property that is there can name the currencies of amounts. */
export function canNameCurrency({ properties }: Contract, key: string): boolean {
  const named = properties.find((property) => property.key === key);
  return named?.type === 'TEXT' || named?.type === 'JSON';
}

/** The keys of the properties that name currencies. */
export function currencyKeysIn({ properties }: Contract): ReadonlySet<string> {
  return new Set(properties.flatMap(({ currencyKey }) => currencyKey ?? []));
}

/** Whether a value is a blank text, which stands where there is no currency. */
export function namesNoCurrency(value: unknown): boolean {
  return typeof value === 'string' && value.trim() === '';
}

/** What figures over money follow: a contract that says otherwise which properties are amounts. */
export function changedMoney(
  before: EventTypeDefinition | undefined,
  after: EventTypeDefinition | undefined,
): DependencyName | undefined {
  const changed = after ?? before;
  return changed && amountsIn(before) !== amountsIn(after) ? moneyOf(changed.key) : undefined;
}

/** What rules depend on that ask for figures over the numbers of a type of events. */
export function moneyOf(type: string): DependencyName {
  return dependencyOn('money', type);
}

function amountsIn(contract: Contract | undefined): string {
  const amounts = contract?.properties.filter(({ currencyKey }) => currencyKey) ?? [];
  return canonicalJson(Object.fromEntries(amounts.map(({ key, currencyKey }) => [key, currencyKey])));
}
