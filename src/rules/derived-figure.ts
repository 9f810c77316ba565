import { privacyOf } from '../profiles/index.js';
import type { Privacy, ValueType } from '../profiles/index.js';
import type { Dependency } from './dependency.js';
import type { DerivedFigure } from './derived-attributes.js';
import { earliest } from './earliest.js';
import type { Aggregate } from './events/aggregate.js';
import type { EventPasses } from './events/event-passes.js';
import { invalid } from './invalid.js';
import type { JsonValue } from './comparisons/json-value.js';
import { WORKSPACE } from './events/amounts.js';
import type { RuleContext } from './rule-context.js';
import type { RulePath } from './rule-path.js';
import { aggregateOf, selectEvents } from './events/select-events.js';
import type { Sql } from './sql.js';

/** How values are hidden when their figure is made of something personal. */
export const PERSONAL = privacyOf({ key: 'derived', isPersonal: true });

/** A derived attribute made ready for use. */
export interface ReadyFigure {
  value(passes: EventPasses): JsonValue;
  nextChange(passes: EventPasses): Sql | null;
  begins(passes: EventPasses): Sql;
  dependsOn: readonly Dependency[];
  /** What it is; null = of any kind. */
  type: ValueType | null;
  /** Whether it is money, and in which currency; `BY_CURRENCY` = an object of sums by the codes of their currencies. */
  money: { currency: string } | 'BY_CURRENCY' | null;
  /** How far it is hidden: as what it is made of. */
  privacy: Privacy | undefined;
  /** Where the definition names something personal; absent = it does not. */
  personal: RulePath | undefined;
}

/** @throws OnefoldError RULE_INVALID with the path of the field that is wrong */
export function derivedFigure(definition: DerivedFigure, context: RuleContext): ReadyFigure {
  const of = partOf(definition, [], context);
  const { aggregate } = of;
  // What is taken off is in the same currency, even where no contract calls it an amount.
  const currency = definition.currency ?? (aggregate.inCurrency === null ? null : WORKSPACE);
  const less = definition.less ? lessOf({ ...definition, ...definition.less, currency }, context) : null;
  const personal = of.personal ?? less?.personal;
  return {
    value: (passes) => {
      const figure = of.events.figure(passes, aggregate.figure, aggregate);
      return aggregate.shown(less ? less.from(figure, less.figure(passes)) : figure);
    },
    nextChange: (passes) => earliest([of.events.nextChange(passes), less?.events.nextChange(passes) ?? null]),
    begins: (passes) => earliest([of.events.begins(passes), less?.events.begins(passes) ?? null]),
    dependsOn: [...of.dependsOn, ...(less?.dependsOn ?? [])],
    type: aggregate.type,
    money: moneyOf(aggregate),
    privacy: personal ? PERSONAL : aggregate.privacy,
    personal,
  };
}

function moneyOf({ inCurrency, isByCurrency }: Aggregate): ReadyFigure['money'] {
  if (isByCurrency) return 'BY_CURRENCY';
  return inCurrency === null ? null : { currency: inCurrency };
}

function partOf(definition: DerivedFigure, path: RulePath, context: RuleContext) {
  const events = selectEvents(definition, path, context);
  const aggregate = aggregateOf(definition, path, context, definition);
  const dependsOn = [...events.dependsOn, ...aggregate.dependsOn];
  return { events, aggregate, dependsOn, personal: events.personal ?? aggregate.personal };
}

/** What is taken off a figure. */
function lessOf(definition: DerivedFigure, context: RuleContext) {
  const path = ['less'];
  const part = partOf(definition, path, context);
  const { events, aggregate } = part;
  const { less } = aggregate;
  if (!less) throw invalid(path, 'Something can be taken off a COUNT, a SUM or a SUM_BY_CURRENCY alone.');
  return {
    ...part,
    from: less.from,
    figure: (passes: EventPasses) => events.figure(passes, less.figure, aggregate),
  };
}
