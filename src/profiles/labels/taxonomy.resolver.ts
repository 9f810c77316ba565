import { Arg, Extensions, FieldResolver, Resolver, Root } from 'type-graphql';
import { definitionResolver } from '../../definitions/index.js';
import { DeleteLabelInput } from './label.type.js';
import { pathTo, taxonomies } from './taxonomies.js';
import type { TaxonomyDefinition } from './taxonomies.js';
import { taxonomyVerbs } from './taxonomy-verbs.js';
import { DefineTaxonomyInput, TaxonomyType, TermType, UpdateTaxonomyInput } from './taxonomy.type.js';

export const TaxonomyDefinitionResolver = definitionResolver(taxonomyVerbs, {
  name: 'Taxonomy',
  field: 'taxonomy',
  noun: 'taxonomy',
  type: TaxonomyType,
  show: toTaxonomy,
  list: { name: 'taxonomies', gives: 'taxonomies' },
  define: {
    input: DefineTaxonomyInput,
    read: withTerms,
    description: 'Adds a taxonomy: items may name its terms.',
  },
  update: {
    input: UpdateTaxonomyInput,
    read: withTerms,
    description: 'Changes a taxonomy. Segments that ask for its terms are rebuilt.',
  },
  remove: {
    input: DeleteLabelInput,
    description: 'Deletes a taxonomy for whose terms no segment asks; a shipped one is as shipped again.',
  },
});

function withTerms<Said extends Pick<UpdateTaxonomyInput, 'terms'>>({ terms, ...said }: Said) {
  return { ...said, terms: terms?.map((term) => ({ ...term, parent: term.parent ?? null })) };
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

function toTaxonomy(definition: TaxonomyDefinition): TaxonomyType {
  const { key, label, labels, schemas } = definition;
  return { key, texts: { label, labels }, schemas, definition, shipped: taxonomies.isShipped(key) };
}
