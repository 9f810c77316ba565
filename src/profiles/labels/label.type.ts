import { Field, InputType, ObjectType } from 'type-graphql';
import { SourceType } from '../../access/source.type.js';
import { DateTime } from '../../platform/graphql/index.js';
import { ProfileSchemaType } from './profile-schema.type.js';
import { TagType } from './tag.type.js';
import { TermNameInput, TermType } from './taxonomy.type.js';

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

@ObjectType('Facet', {
  description: 'What a person is, by a profile schema that they adopted or that everybody has.',
})
export class FacetType {
  @Field(() => ProfileSchemaType, { description: 'The profile schema that defines the facet.' })
  schema!: ProfileSchemaType;

  @Field(() => DateTime, { nullable: true, description: 'Since when; null = by default.' })
  adoptedAt!: Date | null;

  @Field(() => SourceType, { nullable: true, description: 'The source that said so; null = by default.' })
  source!: SourceType | null;
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
