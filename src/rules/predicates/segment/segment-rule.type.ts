import { Field, InputType } from 'type-graphql';

@InputType({ description: 'Membership of another segment.' })
export class SegmentRuleInput {
  @Field(() => String, { description: 'The key of the other segment.' })
  key!: string;
}
