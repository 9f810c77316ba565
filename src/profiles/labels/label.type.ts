import { Field, InputType, ObjectType } from 'type-graphql';
import { SourceType } from '../../access/source.type.js';
import { DateTime, UserError } from '../../platform/graphql/index.js';
import type { TaxonomyDefinition } from './taxonomies.js';

@ObjectType({ simpleResolvers: true, description: 'A text in a language.' })
export class LocalisedTextType {
  @Field(() => String, { description: 'The language, by its BCP 47 tag: `nl`, `nl-BE`.' })
  locale!: string;

  @Field(() => String, { description: 'The text.' })
  text!: string;
}

@ObjectType('Tag', { simpleResolvers: true, description: 'A word that people can be marked with.' })
export class TagType {
  @Field(() => String, { description: 'The name under which items and rules refer to it.' })
  key!: string;

  @Field(() => String, { description: 'The name for people.' })
  label!: string;
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

@ObjectType({ simpleResolvers: true, description: 'The name of a term.' })
export class TermName {
  @Field(() => String, { description: 'The key of the taxonomy.' })
  taxonomy!: string;

  @Field(() => String, { description: 'The key of the term.' })
  term!: string;
}

@ObjectType('ProfileSchema', {
  simpleResolvers: true,
  description: 'A role that people can have, such as `member`, with what belongs to it.',
})
export class ProfileSchemaType {
  @Field(() => String, { description: 'The name under which items and rules refer to it.' })
  key!: string;

  @Field(() => String, { description: 'The name for people.' })
  label!: string;

  @Field(() => String, {
    nullable: true,
    description: 'A few characters to show beside a name; null = none.',
  })
  badge!: string | null;

  @Field(() => Boolean, { description: 'Whether everybody has it who did not drop it.' })
  isDefault!: boolean;

  @Field(() => [String], { description: 'Keys of its attributes.' })
  attributes!: readonly string[];

  @Field(() => [String], { description: 'Keys of the tags that are put on whoever adopts it.' })
  tags!: readonly string[];

  @Field(() => [TermName], { description: 'The terms that are put on whoever adopts it.' })
  terms!: readonly TermName[];

  @Field(() => Boolean, { description: 'Whether every workspace has it from the start.' })
  shipped!: boolean;
}

@ObjectType('ProfileTag', { simpleResolvers: true, description: 'That a person is marked with a tag.' })
export class ProfileTag {
  @Field(() => TagType, { description: 'The tag.' })
  tag!: TagType;

  @Field(() => DateTime, { description: 'The instant for which it was said.' })
  setAt!: Date;

  @Field(() => SourceType, { nullable: true, description: 'The source that said so.' })
  source!: SourceType | null;
}

@ObjectType('ProfileTerm', { simpleResolvers: true, description: 'That a person is sorted under a term.' })
export class ProfileTerm {
  @Field(() => TermType, { description: 'The term.' })
  term!: TermType;

  @Field(() => DateTime, { description: 'The instant for which it was said.' })
  setAt!: Date;

  @Field(() => SourceType, { nullable: true, description: 'The source that said so.' })
  source!: SourceType | null;
}

@ObjectType('Facet', { description: 'A role that a person has.' })
export class FacetType {
  @Field(() => ProfileSchemaType, { description: 'The role.' })
  schema!: ProfileSchemaType;

  @Field(() => DateTime, { nullable: true, description: 'Since when; null = by default.' })
  adoptedAt!: Date | null;

  @Field(() => SourceType, { nullable: true, description: 'The source that said so; null = by default.' })
  source!: SourceType | null;
}

@InputType({ description: 'A text in a language.' })
export class LocalisedTextInput {
  @Field(() => String, { description: 'The language, by its BCP 47 tag: `nl`, `nl-BE`.' })
  locale!: string;

  @Field(() => String, { description: 'The text; at most 200 characters.' })
  text!: string;
}

@InputType({ description: 'A term of a taxonomy.' })
export class TermNameInput {
  @Field(() => String, { description: 'The key of the taxonomy.' })
  taxonomy!: string;

  @Field(() => String, { description: 'The key of the term.' })
  term!: string;
}

@InputType({
  description:
    'What an item says of the labels of a person. The newest by `occurredAt` stands, for each label by itself.',
})
export class TagsInput {
  @Field(() => [String], { nullable: true, description: 'Keys of tags to mark them with; at most 50.' })
  add?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'Keys of tags to take off; at most 50.' })
  remove?: string[] | null;

  @Field(() => [TermNameInput], { nullable: true, description: 'Terms to sort them under; at most 50.' })
  addTerms?: TermNameInput[] | null;

  @Field(() => [TermNameInput], { nullable: true, description: 'Terms to take off; at most 50.' })
  removeTerms?: TermNameInput[] | null;

  @Field(() => [String], {
    nullable: true,
    description:
      'Keys of profile schemas that they have from now on, with the tags and terms of these; at most 50.',
  })
  adopt?: string[] | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Keys of profile schemas that they no longer have; the tags and terms stay. At most 50.',
  })
  drop?: string[] | null;
}

@InputType({ description: 'A tag.' })
export class TagDefinitionInput {
  @Field(() => String, { description: 'Its key: lower-case letters, digits, `-`, `.`, `_`; at most 100.' })
  key!: string;

  @Field(() => String, { description: 'The name for people; at most 200 characters.' })
  label!: string;
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

@InputType()
abstract class ProfileSchemaInput {
  @Field(() => String, {
    nullable: true,
    description: 'A few characters to show beside a name; null = none.',
  })
  badge?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether everybody has it who did not drop it.' })
  isDefault?: boolean | null;

  @Field(() => [String], { nullable: true, description: 'Keys of its attributes; at most 200.' })
  attributes?: string[] | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Keys of the tags that are put on whoever adopts it; at most 200.',
  })
  tags?: string[] | null;

  @Field(() => [TermNameInput], {
    nullable: true,
    description: 'The terms that are put on whoever adopts it; at most 200.',
  })
  terms?: TermNameInput[] | null;
}

@InputType({ description: 'A new profile schema.' })
export class DefineProfileSchemaInput extends ProfileSchemaInput {
  @Field(() => String, {
    description: 'Its key: lower-case letters, digits, `-`, `.`, `_`; at most 100. Cannot be changed.',
  })
  key!: string;

  @Field(() => String, { description: 'The name for people; at most 200 characters.' })
  label!: string;
}

@InputType({ description: 'Changes to a profile schema; what is absent stays as it is. Segments follow.' })
export class UpdateProfileSchemaInput extends ProfileSchemaInput {
  @Field(() => String, { description: 'The key of the schema; it may be a shipped one.' })
  key!: string;

  @Field(() => String, { nullable: true, description: 'The name for people; at most 200 characters.' })
  label?: string | null;
}

@InputType({ description: 'Which definition to delete.' })
export class DeleteLabelInput {
  @Field(() => String, { description: 'Its key.' })
  key!: string;
}

@ObjectType({ simpleResolvers: true, description: 'What became of the tag.' })
export class TagPayload {
  @Field(() => TagType, {
    nullable: true,
    description: 'The tag as it is now; null when it is gone, or the change was refused.',
  })
  tag?: TagType | null;

  @Field(() => [UserError], { description: 'Why it was refused; empty when it was not.' })
  userErrors!: UserError[];
}

@ObjectType({ simpleResolvers: true, description: 'What became of the taxonomy.' })
export class TaxonomyPayload {
  @Field(() => TaxonomyType, {
    nullable: true,
    description: 'The taxonomy as it is now; null when it is gone, or the change was refused.',
  })
  taxonomy?: TaxonomyType | null;

  @Field(() => [UserError], { description: 'Why it was refused; empty when it was not.' })
  userErrors!: UserError[];
}

@ObjectType({ simpleResolvers: true, description: 'What became of the profile schema.' })
export class ProfileSchemaPayload {
  @Field(() => ProfileSchemaType, {
    nullable: true,
    description: 'The schema as it is now; null when it is gone, or the change was refused.',
  })
  schema?: ProfileSchemaType | null;

  @Field(() => [UserError], { description: 'Why it was refused; empty when it was not.' })
  userErrors!: UserError[];
}
