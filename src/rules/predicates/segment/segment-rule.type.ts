import { Field, InputType } from 'type-graphql';

@InputType({ description: 'Whether the person matches another segment.' })
export class SegmentRuleInput {
  @Field(() => String, { description: 'The key of the other segment.' })
  key!: string;
}
