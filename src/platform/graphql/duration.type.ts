import { Field, Int, ObjectType } from 'type-graphql';

@ObjectType({
  simpleResolvers: true,
  description: 'A length of time: the sum of its parts, in the units in which it was given.',
})
export class Duration {
  @Field(() => Int, { description: 'Days of 24 hours; 0 when none were given.' })
  days!: number;

  @Field(() => Int, { description: 'Hours; 0 when none were given.' })
  hours!: number;

  @Field(() => Int, { description: 'Minutes; 0 when none were given.' })
  minutes!: number;
}
