import { Arg, Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { RequestContext } from '../../access/index.js';
import { definitionKind, saving } from '../../definitions/index.js';
import type { Standing } from '../../definitions/index.js';
import { PageArgs, pageInOrder } from '../../platform/graphql/index.js';
import type { Connection } from '../../platform/graphql/index.js';
import { labelVocabulary } from './label.js';
import { ProfileSchemaType } from './profile-schema.type.js';
import type { LocalizedText, TaxonomyDefinition } from './taxonomies.js';
import { taxonomyVerbs } from './taxonomy-verbs.js';
import {
  DefineTaxonomyInput,
  TaxonomyType,
  TermConnection,
  TermType,
  UpdateTaxonomyInput,
} from './taxonomy.type.js';

export const taxonomyKind = definitionKind(taxonomyVerbs, {
  name: 'Taxonomy',
  field: 'taxonomy',
  noun: 'taxonomy',
  type: TaxonomyType,
  show: (standing) => new TaxonomyType(standing),
  one: 'taxonomy',
  list: { name: 'taxonomies', gives: 'taxonomies' },
  define: saving(DefineTaxonomyInput, 'Defines a taxonomy. Items may then name its terms.', withTerms),
  update: saving(
    UpdateTaxonomyInput,
    'Changes a taxonomy. Segments that refer to its terms are rebuilt.',
    withTerms,
  ),
  remove: 'Deletes a taxonomy and its terms.',
});

function withTerms<Said extends Pick<UpdateTaxonomyInput, 'terms'>>({ terms, ...said }: Said) {
  return {
    ...said,
    terms:
      terms && terms.map((term) => ({ ...term, label: term.label ?? term.key, parent: term.parent ?? null })),
  };
}

const LABEL = 'The display name. It defaults to the key.';
const LOCALE = {
  nullable: true,
  description:
    'A language, as a BCP 47 tag. Falls back from `nl-BE` to `nl`, and then to the name without a language.',
};

@Resolver(() => TermType)
export class TermResolver {
  @FieldResolver(() => String, { description: 'The display name.' })
  label(@Root() { term }: TermType, @Arg('locale', () => String, LOCALE) locale: string | null): string {
    return localized(term.labels, locale) ?? term.label;
  }

  @FieldResolver(() => TaxonomyType, { description: 'Its taxonomy.' })
  taxonomy(@Root() { taxonomy }: TermType): TaxonomyType {
    return new TaxonomyType(taxonomy);
  }

  @FieldResolver(() => TermType, {
    nullable: true,
    description: 'The term above it; null = it is at the top.',
  })
  parent(@Root() { taxonomy, parentKey }: TermType): TermType | null {
    return parentKey === null ? null : TermType.of(taxonomy, parentKey);
  }

  @FieldResolver(() => [TermType], {
    description: 'The terms from the top down to it, its own included: at most 20.',
  })
  path(@Root() { taxonomy, pathKeys }: TermType): TermType[] {
    return pathKeys.flatMap((key) => TermType.of(taxonomy, key) ?? []);
  }

  @FieldResolver(() => TermConnection, {
    description: 'The terms right below it, in the order in which they were given.',
  })
  children(
    @Root() { taxonomy, key }: TermType,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: RequestContext,
  ): Connection<TermType> {
    return termsOf(taxonomy, args, context, key);
  }
}

@Resolver(() => TaxonomyType)
export class TaxonomyResolver {
  @FieldResolver(() => String, { description: LABEL })
  label(
    @Root() { definition }: TaxonomyType,
    @Arg('locale', () => String, LOCALE) locale: string | null,
  ): string {
    return localized(definition.labels, locale) ?? definition.label ?? definition.key;
  }

  @FieldResolver(() => [ProfileSchemaType], {
    nullable: true,
    description: 'The profile schemas that it is restricted to: at most 100. Null = it applies to everybody.',
  })
  async schemas(
    @Root() { schemaKeys }: TaxonomyType,
    @Ctx() context: RequestContext,
  ): Promise<ProfileSchemaType[] | null> {
    const { schemas } = await labelVocabulary.read(await context.reading());
    return schemaKeys && schemaKeys.flatMap((key) => shown(schemas.get(key)));
  }

  @FieldResolver(() => TermType, {
    nullable: true,
    description: 'The term with a key; null when there is none.',
  })
  term(
    @Root() { definition }: TaxonomyType,
    @Arg('key', () => String, { description: 'Its key in the taxonomy, such as `delivery.late`.' })
    key: string,
  ): TermType | null {
    return TermType.of(definition, key);
  }

  @FieldResolver(() => TermConnection, {
    description: 'Its terms, at most 2,000, in the order in which they were given.',
  })
  terms(
    @Root() { definition }: TaxonomyType,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: RequestContext,
  ): Connection<TermType> {
    return termsOf(definition, args, context);
  }
}

function shown(schema: ConstructorParameters<typeof ProfileSchemaType>[0] | undefined): ProfileSchemaType[] {
  return schema ? [new ProfileSchemaType(schema)] : [];
}

/** @param parent only the terms right below this one; absent = all */
function termsOf(
  taxonomy: Standing<TaxonomyDefinition>,
  args: PageArgs,
  context: RequestContext,
  parent?: string,
): Connection<TermType> {
  const terms = taxonomy.terms.filter((term) => parent === undefined || term.parent === parent);
  return pageInOrder(context, args, {
    list: { terms: taxonomy.key, parent },
    all: terms.map(({ key }) => key),
    nodeOf: (key) => TermType.of(taxonomy, key) as TermType,
  });
}

function localized(labels: readonly LocalizedText[], locale: string | null): string | undefined {
  const named = (wanted: string | undefined) =>
    labels.find((one) => one.locale.toLowerCase() === wanted?.toLowerCase())?.text;
  return locale ? (named(locale) ?? named(locale.split('-')[0])) : undefined;
}
