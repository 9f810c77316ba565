import { sql } from 'kysely';
import { didYouMean } from '../../platform/index.js';
import { asksPersonal, privacyOf } from '../../profiles/index.js';
import type { Privacy, ValueType } from '../../profiles/index.js';
import { maskComparison, orFalse, parseComparison } from '../comparison.js';
import { derivedDependency } from '../derived-dependency.js';
import { earliest } from '../earliest.js';
import type { EventPasses } from '../event-passes.js';
import { invalid } from '../invalid.js';
import { jsonValue } from '../json-value.js';
import type { JsonValue } from '../json-value.js';
import { WORKSPACE } from '../money.js';
import type { Dependency, PredicateKind, RuleContext, RulePath, Sql } from '../rule.js';
import { aggregateOf, selectEvents } from '../select-events.js';
import type { DerivedFigure } from '../select-events.js';
import { unknownName } from '../unknown-name.js';

const NOTHING = jsonValue(sql`null::jsonb`);

/** Compares a figure over the events of the person that has a name. */
export const derived: PredicateKind = {
  field: 'derived',
  parse(input, path, context) {
    const { key, is } = input as { key?: unknown; is?: unknown };
    const definition = typeof key === 'string' ? context.derived?.get(key) : undefined;
    if (!definition && !context.isSaved)
      throw unknownName('RULE_INVALID', [...path, 'key'], {
        what: 'derived attribute',
        meant: didYouMean(String(key), context.derived?.keys() ?? []),
        see: '`derivedAttributes` for those there are',
      });
    // The names in the definition were looked up when that was saved.
    const figure = definition && derivedFigure(definition, { ...context, names: undefined });
    const isPersonal = asksPersonal(figure?.privacy, is);
    const comparison = parseComparison(is, [...path, 'is'], {
      timeZone: context.timeZone,
      type: context.isSaved ? null : figure?.type,
      isMasked: isPersonal && context.isMasked,
    });
    const value = (passes: EventPasses) => figure?.value(passes) ?? NOTHING;
    return {
      compile: (passes) => orFalse(comparison.holds(value(passes))),
      holds: (passes) => comparison.holds(value(passes)),
      nextChange: (passes) =>
        earliest([figure?.nextChange(passes) ?? null, comparison.nextChange?.(value(passes)) ?? null]),
      begins: (passes) => figure?.begins(passes) ?? null,
      seen: { value: (passes) => value(passes).json, privacy: figure?.privacy },
      personal: isPersonal ? [...path, 'key'] : undefined,
      dependsOn: () => [
        derivedDependency(String(key)),
        ...(figure?.dependsOn ?? []),
        ...(comparison.dependsOn ?? []),
      ],
      describe: () => `have a derived attribute ${String(key)} that ${comparison.describe()}`,
    };
  },
  mask(input: { key: string; is: object }, context) {
    const definition = context.derived?.get(input.key);
    // Nobody knows any more what one that is gone was made of.
    const privacy = definition ? derivedFigure(definition, context).privacy : PERSONAL;
    return asksPersonal(privacy, input.is) ? { ...input, is: maskComparison(input.is) } : input;
  },
};

const PERSONAL = privacyOf({ key: 'derived', isPersonal: true });

/** A derived attribute made ready for use. */
export interface ReadyFigure {
  value(passes: EventPasses): JsonValue;
  nextChange(passes: EventPasses): Sql | null;
  begins(passes: EventPasses): Sql;
  dependsOn: readonly Dependency[];
  /** What it is; null = of any kind. */
  type: ValueType | null;
  /** How far it is hidden: as what it is made of. */
  privacy: Privacy | undefined;
  /** Where the definition names something personal; absent = it does not. */
  personal: RulePath | undefined;
}

/** @throws OnefoldError RULE_INVALID with the path of the field that is wrong */
export function derivedFigure(definition: DerivedFigure, context: RuleContext): ReadyFigure {
  const of = partOf(definition, [], context);
  const { aggregate } = of;
  // In one currency as well, be it that no contract calls what is taken off an amount.
  const currency = definition.currency ?? (aggregate.isInOneCurrency ? WORKSPACE : null);
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
    privacy: personal ? PERSONAL : aggregate.privacy,
    personal,
  };
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
