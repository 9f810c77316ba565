import type { RequestContext } from '../access/index.js';
import { definitionResolver } from '../definitions/index.js';
import type { Standing } from '../definitions/index.js';
import { canonicalKey } from '../platform/index.js';
import { maskConditions, readingOf, vocabularyOf } from '../rules/index.js';
import type { DerivedDefinition } from '../rules/index.js';
import type { PropertyRuleInput } from '../rules/property-rule.type.js';
import { ruleJson } from '../rules/rule-input.type.js';
import {
  DefineDerivedAttributeInput,
  DerivedAttributeType,
  UpdateDerivedAttributeInput,
} from './derived.type.js';
import { privacyOfDerived } from './derived-privacy.js';
import { derivedVerbs } from './derived-verbs.js';
import { maskedContext } from './masked-context.js';

export const DerivedResolver = definitionResolver(derivedVerbs, {
  name: 'DerivedAttribute',
  field: 'derivedAttribute',
  noun: 'attribute',
  subject: 'derived attribute',
  type: DerivedAttributeType,
  show,
  list: { name: 'derivedAttributes', gives: 'derived attributes' },
  define: {
    input: DefineDerivedAttributeInput,
    read: withRules,
    description: 'Adds a derived attribute: it holds for all events there are and will be.',
  },
  update: {
    input: UpdateDerivedAttributeInput,
    read: withRules,
    description: 'Changes a derived attribute. Segments that ask for it are rebuilt.',
  },
  remove: {
    description: 'Deletes a derived attribute that no segment asks for; a shipped one is as shipped again.',
  },
});

/** With types, paths and conditions as rules are kept. */
function withRules<
  Said extends Omit<UpdateDerivedAttributeInput, 'key' | 'label' | 'function' | 'allowUndefined'>,
>({ type, path, where, withinLast, less, ...said }: Said) {
  return {
    ...said,
    type: type && canonicalKey(type),
    path: path && canonicalKey(path),
    where: where && conditionsOf(where),
    withinLast: withinLast && { ...withinLast },
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
    isPersonal: privacyOfDerived(standing, vocabulary)?.isPersonal ?? false,
    where: shown(standing).where,
    less: standing.less ? shown(standing.less) : null,
  });
}
