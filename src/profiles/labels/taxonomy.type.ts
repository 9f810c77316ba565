import { Field, InputType, ObjectType } from 'type-graphql';
import { DefinitionInput, DefinitionType, KnownKey, NewKey } from '../../definitions/index.js';
import type { Standing } from '../../definitions/index.js';
import { connectionOf, IfUnchangedSince } from '../../platform/graphql/index.js';
import { pathTo, taxonomies } from './taxonomies.js';
import type { TaxonomyDefinition, TermDefinition } from './taxonomies.js';

@ObjectType('LocalizedText', { simpleResolvers: true, description: 'A text in a language.' })
export class LocalizedTextType {
  @Field(() => String, { description: 'The language, by its BCP 47 tag: `nl`, `nl-BE`.' })
  locale!: string;

  @Field(() => String, { description: 'The text.' })
  text!: string;
}

@ObjectType('Taxonomy', {
  implements: DefinitionType,
  description: 'A tree of terms by which people can be classified.',
})
export class TaxonomyType extends DefinitionType {
  readonly typeName = 'Taxonomy';

  @Field(() => [LocalizedTextType], {
    description: 'The name in other languages, as it was given: at most 50.',
  })
  readonly labels: readonly LocalizedTextType[];

  @Field(() => [String], {
    nullable: true,
    description:
      'The keys of the profile schemas that it is restricted to: at most 100. Null = it applies to everybody.',
  })
  readonly schemaKeys: readonly string[] | null;

  constructor(readonly definition: Standing<TaxonomyDefinition>) {
    super(taxonomies.prefix, definition);
    this.labels = definition.labels;
    this.schemaKeys = definition.schemas;
  }
}

@ObjectType('Term', { description: 'A place in a taxonomy.' })
export class TermType {
  @Field(() => String, { description: 'Its key in the taxonomy, such as `delivery.late`.' })
  readonly key: string;

  @Field(() => [LocalizedTextType], {
    description: 'The name in other languages, as it was given: at most 50.',
  })
  readonly labels: readonly LocalizedTextType[];

  @Field(() => String, { description: 'The key of its taxonomy.' })
  readonly taxonomyKey: string;

  @Field(() => String, {
    nullable: true,
    description: 'The key of the term above it; null = it is at the top.',
  })
  readonly parentKey: string | null;

  @Field(() => [String], {
    description: 'The keys of the terms from the top down to it, its own included: at most 20.',
  })
  readonly pathKeys: readonly string[];

  private constructor(
    readonly taxonomy: Standing<TaxonomyDefinition>,
    readonly term: TermDefinition,
    path: readonly TermDefinition[],
  ) {
    this.key = term.key;
    this.labels = term.labels;
    this.taxonomyKey = taxonomy.key;
    this.parentKey = term.parent;
    this.pathKeys = path.map(({ key }) => key);
  }

  /** Null when the taxonomy has no such term. */
  static of(taxonomy: Standing<TaxonomyDefinition>, key: string): TermType | null {
    const path = pathTo(taxonomy, key);
    const term = path.at(-1);
    return term ? new TermType(taxonomy, term, path) : null;
  }
}

export const TermConnection = connectionOf('Term', () => TermType as never, {
  totalCount: 'How many there are.',
});

@InputType({ description: 'The name of a term.' })
export class TermNameInput {
  @Field(() => String, { description: 'The key of the taxonomy.' })
  taxonomy!: string;

  @Field(() => String, { description: 'The key of the term.' })
  term!: string;
}

@InputType({ description: 'A text in a language.' })
export class LocalizedTextInput {
  @Field(() => String, { description: 'The language, by its BCP 47 tag: `nl`, `nl-BE`.' })
  locale!: string;

  @Field(() => String, { description: 'The text; at most 200 characters.' })
  text!: string;
}

@InputType({ description: 'A term of a taxonomy.' })
export class TermInput {
  @Field(() => String, { description: 'Its key: lower-case letters, digits, `-`, `.`, `_`; at most 100.' })
  key!: string;

  @Field(() => String, {
    nullable: true,
    description: 'The display name; at most 200 characters. Absent or null = the key.',
  })
  label?: string | null;

  @Field(() => [LocalizedTextInput], {
    defaultValue: [],
    description: 'The name in other languages; at most 50.',
  })
  labels!: LocalizedTextInput[];

  @Field(() => String, {
    nullable: true,
    description: 'The key of the term above it; absent or null = it is at the top.',
  })
  parent?: string | null;
}

@InputType()
abstract class TaxonomyInput extends DefinitionInput {
  @Field(() => [LocalizedTextInput], {
    nullable: true,
    description: 'The name in other languages; at most 50.',
  })
  labels?: LocalizedTextInput[] | null;

  @Field(() => [String], {
    nullable: true,
    description:
      'Keys of the profile schemas that it is restricted to; at most 100. Null = it applies to everybody.',
  })
  schemas?: string[] | null;

  @Field(() => [TermInput], { nullable: true, description: 'All its terms; at most 2,000.' })
  terms?: TermInput[] | null;
}

@InputType({ description: 'A new taxonomy.' })
export class DefineTaxonomyInput extends TaxonomyInput {
  @NewKey()
  key!: string;
}

@InputType({
  description: 'Changes to a taxonomy. Absent = unchanged; null = cleared.',
})
export class UpdateTaxonomyInput extends TaxonomyInput {
  @KnownKey()
  key!: string;

  @IfUnchangedSince()
  ifUnchangedSince?: Date | null;
}
