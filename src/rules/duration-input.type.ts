import { Field, InputType, Int } from 'type-graphql';

@InputType({
  description:
    'A length of time: the sum of its parts, more than 0 and at most 100 years. A day has 24 hours.',
})
export class DurationInput {
  @Field(() => Int, { nullable: true, description: 'Days of 24 hours, from 0.' })
  days?: number | null;

  @Field(() => Int, { nullable: true, description: 'Hours, from 0.' })
  hours?: number | null;

  @Field(() => Int, { nullable: true, description: 'Minutes, from 0.' })
  minutes?: number | null;
}
