import { Field, InputType, ObjectType } from 'type-graphql';
import type { TaxonomyDefinition } from './taxonomies.js';

@ObjectType({ simpleResolvers: true, description: 'A text in a language.' })
export class LocalisedTextType {
  @Field(() => String, { description: 'The language, by its BCP 47 tag: `nl`, `nl-BE`.' })
  locale!: string;

  @Field(() => String, { description: 'The text.' })
  text!: string;
}

@ObjectType('Term', { description: 'A place in a taxonomy.' })
export class TermType {
  @Field(() => String, { description: 'The key of its taxonomy.' })
  taxonomy!: string;

  @Field(() => String, { description: 'Its key in the taxonomy, such as `delivery.late`.' })
  key!: string;

  /** For `label`. */
  texts!: { label: string; labels: readonly LocalisedTextType[] };

  @Field(() => String, {
    nullable: true,
    description: 'The key of the term above it; null = it is at the top.',
  })
  parent!: string | null;

  @Field(() => [String], { description: 'The keys of the terms from the top down to it, its own included.' })
  path!: string[];
}

@ObjectType({ simpleResolvers: true, description: 'The name of a term.' })
export class TermName {
  @Field(() => String, { description: 'The key of the taxonomy.' })
  taxonomy!: string;

  @Field(() => String, { description: 'The key of the term.' })
  term!: string;
}

@InputType({ description: 'A term of a taxonomy.' })
export class TermNameInput {
  @Field(() => String, { description: 'The key of the taxonomy.' })
  taxonomy!: string;

  @Field(() => String, { description: 'The key of the term.' })
  term!: string;
}

@ObjectType('Taxonomy', { description: 'A tree of terms that people can be sorted by.' })
export class TaxonomyType {
  @Field(() => String, { description: 'The name under which items and rules refer to it.' })
  key!: string;

  /** For `label`. */
  texts!: { label: string; labels: readonly LocalisedTextType[] };

  @Field(() => [String], {
    nullable: true,
    description: 'Keys of the profile schemas to whose holders it applies; null = to all.',
  })
  schemas!: readonly string[] | null;

  /** For `terms`. */
  definition!: TaxonomyDefinition;

  @Field(() => Boolean, { description: 'Whether every workspace has it from the start.' })
  shipped!: boolean;
}

@InputType({ description: 'A text in a language.' })
export class LocalisedTextInput {
  @Field(() => String, { description: 'The language, by its BCP 47 tag: `nl`, `nl-BE`.' })
  locale!: string;

  @Field(() => String, { description: 'The text; at most 200 characters.' })
  text!: string;
}

@InputType({ description: 'A term of a taxonomy.' })
export class TermInput {
  @Field(() => String, { description: 'Its key: lower-case letters, digits, `-`, `.`, `_`; at most 100.' })
  key!: string;

  @Field(() => String, { description: 'The name for people; at most 200 characters.' })
  label!: string;

  @Field(() => [LocalisedTextInput], {
    defaultValue: [],
    description: 'The name in other languages; at most 50.',
  })
  labels!: LocalisedTextInput[];

  @Field(() => String, { nullable: true, description: 'The key of the term above it; absent = none.' })
  parent?: string | null;
}

@InputType()
abstract class TaxonomyInput {
  @Field(() => [LocalisedTextInput], {
    nullable: true,
    description: 'The name in other languages; at most 50.',
  })
  labels?: LocalisedTextInput[] | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Keys of the profile schemas to whose holders it applies; null = to all.',
  })
  schemas?: string[] | null;

  @Field(() => [TermInput], { nullable: true, description: 'All its terms; at most 2,000.' })
  terms?: TermInput[] | null;
}

@InputType({ description: 'A new taxonomy.' })
export class DefineTaxonomyInput extends TaxonomyInput {
  @Field(() => String, {
    description: 'Its key: lower-case letters, digits, `-`, `.`, `_`; at most 100. Cannot be changed.',
  })
  key!: string;

  @Field(() => String, { description: 'The name for people; at most 200 characters.' })
  label!: string;
}

@InputType({ description: 'Changes to a taxonomy; what is absent stays as it is. Segments follow.' })
export class UpdateTaxonomyInput extends TaxonomyInput {
  @Field(() => String, { description: 'The key of the taxonomy; it may be a shipped one.' })
  key!: string;

  @Field(() => String, { nullable: true, description: 'The name for people; at most 200 characters.' })
  label?: string | null;
}
