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

/** A duration as it was given, or is stored: parts of it may be absent or null. */
export function durationOf(given: { [Part in keyof Duration]?: number | null | undefined }): Duration {
  return { days: given.days ?? 0, hours: given.hours ?? 0, minutes: given.minutes ?? 0 };
}
