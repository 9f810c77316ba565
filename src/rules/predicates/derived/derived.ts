import { sql } from 'kysely';
import { didYouMean } from '../../../platform/index.js';
import { asksPersonal } from '../../../profiles/index.js';
import { orFalse } from '../../comparisons/comparison.js';
import { maskComparison, parseComparison } from '../../comparisons/parse-comparison.js';
import { derivedDependency } from '../../derived-dependency.js';
import { derivedFigure, PERSONAL } from '../../derived-figure.js';
import { earliest } from '../../earliest.js';
import type { EventPasses } from '../../events/event-passes.js';
import { jsonValue } from '../../comparisons/json-value.js';
import type { PredicateKind } from '../../predicate-kind.js';
import { unknownName } from '../../unknown-name.js';
import { ValueRuleInput } from '../../value-rule.type.js';

const NOTHING = jsonValue(sql`null::jsonb`);

/** Compares a figure over the events of the person that has a name. */
export const derived: PredicateKind = {
  field: 'derived',
  input: { type: ValueRuleInput, description: 'A derived attribute: a figure over what the person did.' },
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
