import {
  Arg,
  Authorized,
  Ctx,
  Extensions,
  FieldResolver,
  Mutation,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { RequestContext, Scope } from '../../access/index.js';
import {
  changeDefinitions,
  checkDefinitionKey,
  checkName,
  DefinitionUsers,
} from '../../definitions/index.js';
import { withUserErrors } from '../../platform/graphql/index.js';
import { deleteLabelDefinition } from './delete-label-definition.js';
import {
  DefineProfileSchemaInput,
  DefineTaxonomyInput,
  DeleteLabelInput,
  ProfileSchemaPayload,
  ProfileSchemaType,
  TagDefinitionInput,
  TagPayload,
  TagType,
  TaxonomyPayload,
  TaxonomyType,
  TermType,
  UpdateProfileSchemaInput,
  UpdateTaxonomyInput,
} from './label.type.js';
import { profileSchemas } from './profile-schemas.js';
import type { ProfileSchemaDefinition } from './profile-schemas.js';
import { saveProfileSchema } from './save-profile-schema.js';
import { saveTaxonomy } from './save-taxonomy.js';
import { tags } from './tags.js';
import { pathTo, taxonomies } from './taxonomies.js';
import type { TaxonomyDefinition } from './taxonomies.js';

@Resolver()
export class LabelDefinitionsResolver {
  @Authorized(Scope.READ, Scope.MANAGE)
  @Extensions({ items: 5_000 })
  @Query(() => [TagType], { description: 'All tags, by key in alphabetical order: at most 5,000.' })
  async tags(@Ctx() context: RequestContext): Promise<TagType[]> {
    return [...(await tags.read(await context.reading())).values()];
  }

  @Authorized(Scope.READ, Scope.MANAGE)
  @Query(() => [TaxonomyType], { description: 'All taxonomies, by key in alphabetical order: at most 100.' })
  async taxonomies(@Ctx() context: RequestContext): Promise<TaxonomyType[]> {
    return [...(await taxonomies.read(await context.reading())).values()].map(toTaxonomy);
  }

  @Authorized(Scope.READ, Scope.MANAGE)
  @Query(() => [ProfileSchemaType], {
    description: 'All roles that people can have, by key in alphabetical order: at most 100.',
  })
  async profileSchemas(@Ctx() context: RequestContext): Promise<ProfileSchemaType[]> {
    return [...(await profileSchemas.read(await context.reading())).values()].map(toSchema);
  }

  @Authorized(Scope.MANAGE)
  @Mutation(() => TagPayload, { description: 'Adds a tag: items may name it.' })
  defineTag(
    @Arg('input', () => TagDefinitionInput, { description: 'The new tag.' })
    { key, label }: TagDefinitionInput,
    @Ctx() context: RequestContext,
  ): Promise<Partial<TagPayload>> {
    return withUserErrors(async () => {
      checkDefinitionKey(key);
      checkName(label, ['label']);
      await changeDefinitions(context, (tx) => tags.define(tx, { key, label }, context.clock.now()));
      return { tag: { key, label } };
    });
  }

  @Authorized(Scope.MANAGE)
  @Mutation(() => TagPayload, { description: 'Gives a tag another name for people.' })
  updateTag(
    @Arg('input', () => TagDefinitionInput, { description: 'Which tag, and its name.' })
    { key, label }: TagDefinitionInput,
    @Ctx() context: RequestContext,
  ): Promise<Partial<TagPayload>> {
    return withUserErrors(async () => {
      checkName(label, ['label']);
      await changeDefinitions(context, (tx) =>
        tags.update(tx, key, () => ({ key, label }), context.clock.now()),
      );
      return { tag: { key, label } };
    });
  }

  @Authorized(Scope.MANAGE)
  @Mutation(() => TagPayload, {
    description:
      'Deletes a tag that no segment asks for. Whoever has it shows it again if it is defined again.',
  })
  deleteTag(
    @Arg('input', () => DeleteLabelInput, { description: 'Which tag.' }) { key }: DeleteLabelInput,
    @Ctx() context: RequestContext,
  ): Promise<Partial<TagPayload>> {
    return withUserErrors(async () => {
      await remove('tag', key, context);
      return { tag: null };
    });
  }

  @Authorized(Scope.MANAGE)
  @Mutation(() => TaxonomyPayload, { description: 'Adds a taxonomy: items may name its terms.' })
  defineTaxonomy(
    @Arg('input', () => DefineTaxonomyInput, { description: 'The new taxonomy.' }) input: DefineTaxonomyInput,
    @Ctx() context: RequestContext,
  ): Promise<Partial<TaxonomyPayload>> {
    return save(true, input, context);
  }

  @Authorized(Scope.MANAGE)
  @Mutation(() => TaxonomyPayload, {
    description: 'Changes a taxonomy. Segments that ask for its terms are rebuilt.',
  })
  updateTaxonomy(
    @Arg('input', () => UpdateTaxonomyInput, { description: 'Which one, and what changes.' })
    input: UpdateTaxonomyInput,
    @Ctx() context: RequestContext,
  ): Promise<Partial<TaxonomyPayload>> {
    return save(false, input, context);
  }

  @Authorized(Scope.MANAGE)
  @Mutation(() => TaxonomyPayload, {
    description: 'Deletes a taxonomy for whose terms no segment asks; a shipped one is as shipped again.',
  })
  deleteTaxonomy(
    @Arg('input', () => DeleteLabelInput, { description: 'Which taxonomy.' }) { key }: DeleteLabelInput,
    @Ctx() context: RequestContext,
  ): Promise<Partial<TaxonomyPayload>> {
    return withUserErrors(async () => {
      await remove('term', key, context);
      return { taxonomy: await taxonomyOf(key, context) };
    });
  }

  @Authorized(Scope.MANAGE)
  @Mutation(() => ProfileSchemaPayload, { description: 'Adds a role that people can have.' })
  defineProfileSchema(
    @Arg('input', () => DefineProfileSchemaInput, { description: 'The new schema.' })
    input: DefineProfileSchemaInput,
    @Ctx() context: RequestContext,
  ): Promise<Partial<ProfileSchemaPayload>> {
    return saveSchema(true, input, context);
  }

  @Authorized(Scope.MANAGE)
  @Mutation(() => ProfileSchemaPayload, {
    description:
      'Changes a role. New tags and terms of it are put on those who adopt it from now on; segments that ask for it follow.',
  })
  updateProfileSchema(
    @Arg('input', () => UpdateProfileSchemaInput, { description: 'Which one, and what changes.' })
    input: UpdateProfileSchemaInput,
    @Ctx() context: RequestContext,
  ): Promise<Partial<ProfileSchemaPayload>> {
    return saveSchema(false, input, context);
  }

  @Authorized(Scope.MANAGE)
  @Mutation(() => ProfileSchemaPayload, {
    description: 'Deletes a role that no segment asks for; a shipped one is as shipped again.',
  })
  deleteProfileSchema(
    @Arg('input', () => DeleteLabelInput, { description: 'Which schema.' }) { key }: DeleteLabelInput,
    @Ctx() context: RequestContext,
  ): Promise<Partial<ProfileSchemaPayload>> {
    return withUserErrors(async () => {
      await remove('facet', key, context);
      return { schema: await schemaOf(key, context) };
    });
  }
}

const LOCALE = {
  nullable: true,
  description:
    'A language, by its BCP 47 tag. Absent, or without a name in it (nor in `nl` for `nl-BE`): the plain name.',
};

@Resolver(() => TermType)
export class TermResolver {
  @FieldResolver(() => String, { description: 'The name for people.' })
  label(@Root() { texts }: TermType, @Arg('locale', () => String, LOCALE) locale: string | null): string {
    return localised(texts, locale);
  }
}

@Resolver(() => TaxonomyType)
export class TaxonomyResolver {
  @FieldResolver(() => String, { description: 'The name for people.' })
  label(@Root() { texts }: TaxonomyType, @Arg('locale', () => String, LOCALE) locale: string | null): string {
    return localised(texts, locale);
  }

  @Extensions({ items: 2_000 })
  @FieldResolver(() => [TermType], { description: 'All its terms, as they were given; at most 2,000.' })
  terms(@Root() { definition }: TaxonomyType): TermType[] {
    return definition.terms.flatMap((term) => toTerm(definition, term.key) ?? []);
  }
}

function localised({ label, labels }: TermType['texts'], locale: string | null): string {
  const named = (wanted: string | undefined) =>
    labels.find((one) => one.locale.toLowerCase() === wanted?.toLowerCase())?.text;
  return (locale && (named(locale) ?? named(locale.split('-')[0]))) || label;
}

export function toTerm(taxonomy: TaxonomyDefinition, key: string): TermType | null {
  const path = pathTo(taxonomy, key);
  const term = path.at(-1);
  if (!term) return null;
  const { label, labels, parent } = term;
  return {
    taxonomy: taxonomy.key,
    key,
    texts: { label, labels },
    parent,
    path: path.map((above) => above.key),
  };
}

export function toSchema(schema: ProfileSchemaDefinition): ProfileSchemaType {
  return { ...schema, shipped: profileSchemas.isShipped(schema.key) };
}

function toTaxonomy(definition: TaxonomyDefinition): TaxonomyType {
  const { key, label, labels, schemas } = definition;
  return { key, texts: { label, labels }, schemas, definition, shipped: taxonomies.isShipped(key) };
}

async function taxonomyOf(key: string, context: RequestContext): Promise<TaxonomyType | null> {
  const standing = (await taxonomies.read(await context.reading())).get(key);
  return standing ? toTaxonomy(standing) : null;
}

async function schemaOf(key: string, context: RequestContext): Promise<ProfileSchemaType | null> {
  const standing = (await profileSchemas.read(await context.reading())).get(key);
  return standing ? toSchema(standing) : null;
}

function remove(of: 'tag' | 'term' | 'facet', key: string, context: RequestContext): Promise<void> {
  const rest = { now: context.clock.now(), users: context.service(DefinitionUsers) };
  return changeDefinitions(context, (tx) => deleteLabelDefinition(tx, { of, key, ...rest }));
}

function save(
  isNew: boolean,
  { key, label, labels, schemas, terms }: UpdateTaxonomyInput,
  context: RequestContext,
): Promise<Partial<TaxonomyPayload>> {
  return withUserErrors(async () => {
    const changes = {
      label: label ?? undefined,
      labels: labels ?? undefined,
      schemas,
      terms: terms?.map((term) => ({ ...term, parent: term.parent ?? null })),
    };
    const rest = { isNew, now: context.clock.now(), users: context.service(DefinitionUsers) };
    await changeDefinitions(context, (tx) => saveTaxonomy(tx, { key, ...changes, ...rest }));
    return { taxonomy: await taxonomyOf(key, context) };
  });
}

function saveSchema(
  isNew: boolean,
  { key, label, badge, isDefault, attributes, tags: tagKeys, terms }: UpdateProfileSchemaInput,
  context: RequestContext,
): Promise<Partial<ProfileSchemaPayload>> {
  return withUserErrors(async () => {
    const changes = {
      label: label ?? undefined,
      badge,
      isDefault: isDefault ?? undefined,
      attributes: attributes ?? undefined,
      tags: tagKeys ?? undefined,
      terms: terms ?? undefined,
    };
    const rest = { isNew, now: context.clock.now(), users: context.service(DefinitionUsers) };
    await changeDefinitions(context, (tx) => saveProfileSchema(tx, { key, ...changes, ...rest }));
    return { schema: await schemaOf(key, context) };
  });
}
