import { Field, InputType, ObjectType } from 'type-graphql';

@ObjectType('Tag', { simpleResolvers: true, description: 'A word that people can be marked with.' })
export class TagType {
  @Field(() => String, { description: 'The name under which items and rules refer to it.' })
  key!: string;

  @Field(() => String, { description: 'The name for people.' })
  label!: string;
}

@InputType({ description: 'A tag.' })
export class TagDefinitionInput {
  @Field(() => String, { description: 'Its key: lower-case letters, digits, `-`, `.`, `_`; at most 100.' })
  key!: string;

  @Field(() => String, { description: 'The name for people; at most 200 characters.' })
  label!: string;
}
