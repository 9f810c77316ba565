import { DefinitionSet } from '../definitions/index.js';
import type { Definition } from '../definitions/index.js';
import { WORKSPACE } from './events/amounts.js';

/** Which events a figure is over. */
interface EventsOfFigure {
  /** The type of the events; null = any type. */
  type: string | null;
  /** The property that it is of; null = of the events themselves. */
  path: string | null;
  /** Conditions that an event must all meet, as in rules. */
  where: readonly { path: string; is: object }[];
}

/** A figure over the events of a person, under a name. */
export interface DerivedDefinition extends Definition, EventsOfFigure {
  /** One of `AGGREGATES`. */
  function: string;
  /** Only events less than this long ago; null = all there are. */
  withinLast: { days?: number; hours?: number; minutes?: number } | null;
  /** Of money: in which currency; null or absent = that of the workspace, where the contract calls it an amount. */
  currency?: string | null;
  /** The same figure over other events, which is taken off; null or absent = nothing is. */
  less?: EventsOfFigure | null;
}

/** The figure itself, whatever it is called. */
export type DerivedFigure = Omit<DerivedDefinition, keyof Definition>;

function derived(
  key: string,
  label: string,
  [type, name, path]: readonly [type: string | null, name: string, path?: string],
  rest: Pick<DerivedDefinition, 'currency' | 'less'> = {},
): DerivedDefinition {
  const { currency = null, less = null } = rest;
  return {
    key,
    label,
    description: null,
    type,
    function: name,
    path: path ?? null,
    where: [],
    withinLast: null,
    currency,
    less,
  };
}

const MONEY = { currency: WORKSPACE };
const REFUNDS = { less: { type: 'refund', path: 'total', where: [] } };

export const derivedAttributes = new DefinitionSet<DerivedDefinition>({
  kind: 'DERIVED_ATTRIBUTE',
  name: 'derived attribute',
  shipped: [
    derived('total_spend', 'Total spend', ['purchase', 'SUM', 'total'], MONEY),
    derived('net_spend', 'Net spend', ['purchase', 'SUM', 'total'], { ...MONEY, ...REFUNDS }),
    derived('spend_by_currency', 'Spend by currency', ['purchase', 'SUM_BY_CURRENCY', 'total']),
    derived(
      'net_spend_by_currency',
      'Net spend by currency',
      ['purchase', 'SUM_BY_CURRENCY', 'total'],
      REFUNDS,
    ),
    derived('purchase_count', 'Purchases', ['purchase', 'COUNT']),
    derived('average_order_value', 'Average order value', ['purchase', 'AVERAGE', 'total'], MONEY),
    derived('first_purchase_at', 'First purchase', ['purchase', 'FIRST_AT']),
    derived('last_purchase_at', 'Last purchase', ['purchase', 'LAST_AT']),
    derived('current_tier', 'Current tier', ['tier_changed', 'LAST', 'tier']),
    derived('last_service_contact_at', 'Last service contact', ['service_contact', 'LAST_AT']),
    derived('last_sentiment', 'Last sentiment', [null, 'LAST', 'sentiment']),
    derived('last_seen_at', 'Last seen', [null, 'LAST_AT']),
  ],
  limit: 200,
});
