import { Arg, Authorized, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import { RequestContext, Scope } from '../access/index.js';
import { changeDefinitions, DefinitionUsers } from '../definitions/index.js';
import type { Standing } from '../definitions/index.js';
import { canonicalKey, MASK } from '../platform/index.js';
import { withUserErrors } from '../platform/graphql/index.js';
import { refOf } from '../profiles/index.js';
import { Profile } from '../profiles/profile.type.js';
import { contextFor, maskConditions, readingOf, vocabularyOf } from '../rules/index.js';
import type { DerivedDefinition, Vocabulary } from '../rules/index.js';
import type { PropertyRuleInput } from '../rules/property-rule.type.js';
import { ruleJson } from '../rules/rule-input.type.js';
import { deleteDerivedAttribute } from './delete-derived-attribute.js';
import { derivedOfProfiles } from './derived.reads.js';
import {
  DefineDerivedAttributeInput,
  DeleteDerivedAttributeInput,
  DerivedAttributePayload,
  DerivedAttributeType,
  DerivedValue,
  UpdateDerivedAttributeInput,
} from './derived.type.js';
import { privacyOfDerived } from './derived-privacy.js';
import { saveDerivedAttribute } from './save-derived-attribute.js';

@Resolver(() => Profile)
export class DerivedResolver {
  @Authorized(Scope.READ, Scope.MANAGE)
  @Query(() => [DerivedAttributeType], {
    description: 'All derived attributes, by key in alphabetical order: at most 200.',
  })
  async derivedAttributes(@Ctx() context: RequestContext): Promise<DerivedAttributeType[]> {
    const vocabulary = await vocabularyOf(context);
    return [...vocabulary.derived.values()].map((standing) => toType(standing, vocabulary, context));
  }

  @Authorized(Scope.READ)
  @FieldResolver(() => [DerivedValue], {
    description: 'Figures over what the person did, as they are now; by key in alphabetical order.',
  })
  async derived(
    @Root() profile: Profile,
    @Arg('keys', () => [String], { nullable: true, description: 'Only these; absent = all.' })
    keys: string[] | null,
    @Ctx() context: RequestContext,
  ): Promise<DerivedValue[]> {
    const vocabulary = await vocabularyOf(context);
    const wanted = [...vocabulary.derived.values()].filter(({ key }) => !keys || keys.includes(key));
    if (wanted.length === 0) return [];
    const values = await context.loaders
      .get(derivedOfProfiles, context, JSON.stringify(wanted.map(({ key }) => key)))
      .load(await refOf(profile, context));
    return wanted.map((definition) => {
      const { key, label } = definition;
      if (context.seesPersonal) return { key, label, value: values[key] };
      const privacy = privacyOfDerived(definition, vocabulary);
      const shown = privacy ? privacy.mask(values[key]) : values[key];
      return { key, label, value: privacy?.isPersonal ? MASK : shown };
    });
  }

  @Authorized(Scope.MANAGE)
  @Mutation(() => DerivedAttributePayload, {
    description: 'Adds a derived attribute: it holds for all events there are and will be.',
  })
  defineDerivedAttribute(
    @Arg('input', () => DefineDerivedAttributeInput, { description: 'The new attribute.' })
    input: DefineDerivedAttributeInput,
    @Ctx() context: RequestContext,
  ): Promise<Partial<DerivedAttributePayload>> {
    return save(true, input, context);
  }

  @Authorized(Scope.MANAGE)
  @Mutation(() => DerivedAttributePayload, {
    description: 'Changes a derived attribute. Segments that ask for it are rebuilt.',
  })
  updateDerivedAttribute(
    @Arg('input', () => UpdateDerivedAttributeInput, { description: 'Which one, and what changes.' })
    input: UpdateDerivedAttributeInput,
    @Ctx() context: RequestContext,
  ): Promise<Partial<DerivedAttributePayload>> {
    return save(false, input, context);
  }

  @Authorized(Scope.MANAGE)
  @Mutation(() => DerivedAttributePayload, {
    description: 'Deletes a derived attribute that no segment asks for; a shipped one is as shipped again.',
  })
  deleteDerivedAttribute(
    @Arg('input', () => DeleteDerivedAttributeInput, { description: 'Which attribute.' })
    { key }: DeleteDerivedAttributeInput,
    @Ctx() context: RequestContext,
  ): Promise<Partial<DerivedAttributePayload>> {
    return withUserErrors(async () => {
      const rest = { now: context.clock.now(), users: context.service(DefinitionUsers) };
      await changeDefinitions(context, (tx) => deleteDerivedAttribute(tx, { key, ...rest }));
      return { derivedAttribute: await attributeOf(key, context) };
    });
  }
}

function save(
  isNew: boolean,
  {
    key,
    label,
    function: name,
    where,
    less,
    withinLast,
    allowUndefined,
    ...input
  }: UpdateDerivedAttributeInput,
  context: RequestContext,
): Promise<Partial<DerivedAttributePayload>> {
  return withUserErrors(async () => {
    const changes = {
      label: label ?? undefined,
      function: name ?? undefined,
      ...input,
      type: input.type && canonicalKey(input.type),
      path: input.path && canonicalKey(input.path),
      where: where == null ? undefined : conditionsOf(where),
      withinLast: withinLast && { ...withinLast },
      less: less && {
        type: less.type == null ? null : canonicalKey(less.type),
        path: less.path == null ? null : canonicalKey(less.path),
        where: conditionsOf(less.where ?? []),
      },
    };
    const { seesPersonal } = context;
    const users = context.service(DefinitionUsers);
    const rest = { isNew, now: context.clock.now(), seesPersonal, allowUndefined, users };
    await changeDefinitions(
      context,
      (tx) => saveDerivedAttribute(tx, { key, ...changes, ...rest }),
      `the derived attribute "${key}"`,
    );
    return { derivedAttribute: await attributeOf(key, context) };
  });
}

function conditionsOf(where: PropertyRuleInput[]): { path: string; is: object }[] {
  return ruleJson(where) as { path: string; is: object }[];
}

async function attributeOf(key: string, context: RequestContext): Promise<DerivedAttributeType | null> {
  const vocabulary = await vocabularyOf(context);
  const standing = vocabulary.derived.get(key);
  return standing ? toType(standing, vocabulary, context) : null;
}

function toType(
  standing: Standing<DerivedDefinition>,
  vocabulary: Vocabulary,
  { seesPersonal }: RequestContext,
): DerivedAttributeType {
  const shown = <Part extends Pick<DerivedDefinition, 'type' | 'where'>>(part: Part): Part =>
    seesPersonal
      ? part
      : {
          ...part,
          where: maskConditions(part.where, readingOf(part.type, contextFor(vocabulary, 'MASKED'))),
        };
  return new DerivedAttributeType(standing, {
    isPersonal: privacyOfDerived(standing, vocabulary)?.isPersonal ?? false,
    where: shown(standing).where,
    less: standing.less ? shown(standing.less) : null,
  });
}
