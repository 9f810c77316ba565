import { Field, InputType } from 'type-graphql';

@InputType({ description: 'Whether the person has a tag.' })
export class TagRuleInput {
  @Field(() => String, { description: 'The key of the tag.' })
  key!: string;
}
