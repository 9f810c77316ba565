import { Extensions, Field, InputType, Int } from 'type-graphql';

@InputType({ description: 'How many; exactly one field; from 0 to 1,000,000.' })
@Extensions({ isOneOf: true })
export class CountInput {
  @Field(() => Int, { nullable: true, description: 'This many or more.' })
  atLeast?: number;

  @Field(() => Int, { nullable: true, description: 'This many or fewer; none also fits.' })
  atMost?: number;

  @Field(() => Int, { nullable: true, description: 'This many, neither more nor fewer.' })
  exactly?: number;
}
