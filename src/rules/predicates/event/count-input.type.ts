import { Extensions, Field, InputType, Int } from 'type-graphql';

@InputType({ description: 'A number of events, from 0 to 1,000,000: exactly one field.' })
@Extensions({ isOneOf: true })
export class CountInput {
  @Field(() => Int, { nullable: true, description: 'This many or more.' })
  atLeast?: number;

  @Field(() => Int, { nullable: true, description: 'This many or fewer, including none.' })
  atMost?: number;

  @Field(() => Int, { nullable: true, description: 'Exactly this many.' })
  exactly?: number;
}
