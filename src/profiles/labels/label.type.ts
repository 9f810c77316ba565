import { Field, InputType, ObjectType } from 'type-graphql';
import { SourceType } from '../../access/source.type.js';
import { DateTime } from '../../platform/graphql/index.js';
import { ProfileSchemaType } from './profile-schema.type.js';
import { TagType } from './tag.type.js';
import { TermNameInput, TermType } from './taxonomy.type.js';

@ObjectType('ProfileTag', {
  simpleResolvers: true,
  description: 'A tag of a person, and where it came from.',
})
export class ProfileTag {
  @Field(() => TagType, { description: 'The tag.' })
  tag!: TagType;

  @Field(() => DateTime, { description: 'The `occurredAt` of the item that set it.' })
  setAt!: Date;

  @Field(() => SourceType, { nullable: true, description: 'The source that sent it.' })
  source!: SourceType | null;
}

@ObjectType('ProfileTerm', {
  simpleResolvers: true,
  description: 'A term of a person, and where it came from.',
})
export class ProfileTerm {
  @Field(() => TermType, { description: 'The term.' })
  term!: TermType;

  @Field(() => DateTime, { description: 'The `occurredAt` of the item that set it.' })
  setAt!: Date;

  @Field(() => SourceType, { nullable: true, description: 'The source that sent it.' })
  source!: SourceType | null;
}

@ObjectType('Facet', {
  description: 'A role of a person, such as member: a profile schema that they adopted or have by default.',
})
export class FacetType {
  @Field(() => ProfileSchemaType, { description: 'The profile schema that defines the facet.' })
  schema!: ProfileSchemaType;

  @Field(() => DateTime, { nullable: true, description: 'When it was adopted; null = by default.' })
  adoptedAt!: Date | null;

  @Field(() => SourceType, { nullable: true, description: 'The source that sent it; null = by default.' })
  source!: SourceType | null;
}

@InputType({
  description:
    'Changes to the tags, terms and facets of a person. For each of them, the latest item by `occurredAt` wins.',
})
export class TagsInput {
  @Field(() => [String], { nullable: true, description: 'Keys of tags to add; at most 50.' })
  add?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'Keys of tags to remove; at most 50.' })
  remove?: string[] | null;

  @Field(() => [TermNameInput], { nullable: true, description: 'Terms to add; at most 50.' })
  addTerms?: TermNameInput[] | null;

  @Field(() => [TermNameInput], { nullable: true, description: 'Terms to remove; at most 50.' })
  removeTerms?: TermNameInput[] | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Keys of profile schemas that the person adopts, with their tags and terms; at most 50.',
  })
  adopt?: string[] | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Keys of profile schemas that the person drops; their tags and terms stay. At most 50.',
  })
  drop?: string[] | null;
}
