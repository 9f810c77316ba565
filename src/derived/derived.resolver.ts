import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { RequestContext } from '../access/index.js';
import { definitionKind, saving } from '../definitions/index.js';
import type { Standing } from '../definitions/index.js';
import { durationOf } from '../platform/graphql/index.js';
import { canonicalKey } from '../platform/index.js';
import { maskConditions, readingOf, vocabularyOf } from '../rules/index.js';
import type { DerivedDefinition } from '../rules/index.js';
import type { PropertyRuleInput } from '../rules/property-rule.type.js';
import { ruleJson } from '../rules/rule-input.type.js';
import {
  DefineDerivedAttributeInput,
  DerivedAttributeType,
  DerivedValue,
  UpdateDerivedAttributeInput,
} from './derived.type.js';
import { figureOfDerived } from './figure-of-derived.js';
import { derivedVerbs } from './derived-verbs.js';
import { maskedContext } from './masked-context.js';

export const derivedKind = definitionKind(derivedVerbs, {
  name: 'DerivedAttribute',
  field: 'derivedAttribute',
  noun: 'derived attribute',
  type: DerivedAttributeType,
  show,
  one: 'derivedAttribute',
  list: { name: 'derivedAttributes', gives: 'derived attributes' },
  define: saving(
    DefineDerivedAttributeInput,
    'Defines a derived attribute. It covers all events, past and future.',
    withRules,
  ),
  update: saving(
    UpdateDerivedAttributeInput,
    'Changes a derived attribute. Segments that refer to it are rebuilt.',
    withRules,
  ),
  remove: 'Deletes a derived attribute.',
});

@Resolver(() => DerivedValue)
export class DerivedValueResolver {
  @FieldResolver(() => DerivedAttributeType, { description: 'The definition of the attribute.' })
  definition(
    @Root() { standing }: DerivedValue,
    @Ctx() context: RequestContext,
  ): Promise<DerivedAttributeType> {
    return show(standing, context);
  }
}

/** With types, paths and conditions as rules are kept. */
function withRules<
  Said extends Pick<UpdateDerivedAttributeInput, 'type' | 'path' | 'where' | 'withinLast' | 'less'>,
>({ type, path, where, withinLast, less, ...said }: Said) {
  return {
    ...said,
    type: type && canonicalKey(type),
    path: path && canonicalKey(path),
    where: where && conditionsOf(where),
    withinLast: withinLast && durationOf(withinLast),
    less: less && {
      type: less.type == null ? null : canonicalKey(less.type),
      path: less.path == null ? null : canonicalKey(less.path),
      where: conditionsOf(less.where ?? []),
    },
  };
}

function conditionsOf(where: PropertyRuleInput[]): { path: string; is: object }[] {
  return ruleJson(where) as { path: string; is: object }[];
}

async function show(
  standing: Standing<DerivedDefinition>,
  context: RequestContext,
): Promise<DerivedAttributeType> {
  const vocabulary = await vocabularyOf(context);
  const shown = <Part extends Pick<DerivedDefinition, 'type' | 'where'>>(part: Part): Part =>
    context.seesPersonal
      ? part
      : {
          ...part,
          where: maskConditions(part.where, readingOf(part.type, maskedContext(vocabulary))),
        };
  return new DerivedAttributeType(standing, {
    isPersonal: figureOfDerived(standing, vocabulary).privacy?.isPersonal ?? false,
    where: shown(standing).where,
    less: standing.less ? shown(standing.less) : null,
  });
}
