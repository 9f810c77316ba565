import { DefinitionSet } from '../../access/index.js';
import type { Definition } from '../../access/index.js';

/** A figure over the events of a person, under a name. */
export interface DerivedDefinition extends Definition {
  label: string;
  /** Of which type the events are; null = of any. */
  type: string | null;
  /** One of `AGGREGATES`. */
  function: string;
  /** The property that it is of; null = of the events themselves. */
  path: string | null;
  /** Conditions that an event must all meet, as in rules. */
  where: readonly { path: string; is: object }[];
  /** Only events less than this long ago; null = all there are. */
  withinLast: { days?: number; hours?: number; minutes?: number } | null;
}

function derived(
  key: string,
  label: string,
  [type, name, path]: readonly [type: string | null, name: string, path?: string],
): DerivedDefinition {
  return { key, label, type, function: name, path: path ?? null, where: [], withinLast: null };
}

export const derivedAttributes = new DefinitionSet<DerivedDefinition>({
  kind: 'DERIVED_ATTRIBUTE',
  name: 'derived attribute',
  shipped: [
    derived('total_spend', 'Total spend', ['purchase', 'SUM', 'total']),
    derived('purchase_count', 'Purchases', ['purchase', 'COUNT']),
    derived('average_order_value', 'Average order value', ['purchase', 'AVERAGE', 'total']),
    derived('first_purchase_at', 'First purchase', ['purchase', 'FIRST_AT']),
    derived('last_purchase_at', 'Last purchase', ['purchase', 'LAST_AT']),
    derived('current_tier', 'Current tier', ['tier_changed', 'LAST', 'tier']),
    derived('last_service_contact_at', 'Last service contact', ['service_contact', 'LAST_AT']),
    derived('last_sentiment', 'Last sentiment', [null, 'LAST', 'sentiment']),
    derived('last_seen_at', 'Last seen', [null, 'LAST_AT']),
  ],
  limit: 200,
});
