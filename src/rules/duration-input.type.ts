import { Field, InputType, Int } from 'type-graphql';

@InputType({ description: 'A stretch of time: the sum of its parts. A day has 24 hours.' })
export class DurationInput {
  @Field(() => Int, { nullable: true, description: 'Days of 24 hours.' })
  days?: number;

  @Field(() => Int, { nullable: true, description: 'Hours.' })
  hours?: number;

  @Field(() => Int, { nullable: true, description: 'Minutes.' })
  minutes?: number;
}
