import { Extensions, Field, InputType } from 'type-graphql';
import { Json } from '../platform/graphql/index.js';
import { DurationInput } from './duration-input.type.js';

@InputType({
  description:
    'From one value to another, both included: two numbers, or two texts; dates and instants are texts in ISO 8601.',
})
export class RangeInput {
  @Field(() => Json, { description: 'The least value that fits.' })
  from!: unknown;

  @Field(() => Json, { description: 'The greatest value that fits.' })
  to!: unknown;
}

const RELATIVE =
  "For dates and instants. Evaluated continuously, so people enter and leave as time passes. A date means the start of that day in the workspace's time zone.";

@InputType({
  description:
    'How a value is compared; exactly one field. What is not known fits `notEquals`, `notIn`, `hasNone` and `exists: false`, and nothing else. Dates and instants in ISO 8601 are compared as such, whatever their spelling; a date compared with an instant stands for its first instant in the time zone of the workspace. Other texts are compared as they are written, by code point.',
})
@Extensions({ isOneOf: true })
export class ComparisonInput {
  @Field(() => Json, { nullable: true, description: 'The same value.' })
  equals?: unknown;

  @Field(() => Json, { nullable: true, description: 'Another value, or none.' })
  notEquals?: unknown;

  @Field(() => [Json], { nullable: true, description: 'One of these; at most 1,000.' })
  in?: unknown[];

  @Field(() => [Json], { nullable: true, description: 'None of these, or not known.' })
  notIn?: unknown[];

  @Field(() => Json, {
    nullable: true,
    description: 'More than this number, or after this date, instant or text.',
  })
  gt?: unknown;

  @Field(() => Json, {
    nullable: true,
    description: 'At least this number, or this date, instant or text or after it.',
  })
  gte?: unknown;

  @Field(() => Json, {
    nullable: true,
    description: 'Less than this number, or before this date, instant or text.',
  })
  lt?: unknown;

  @Field(() => Json, {
    nullable: true,
    description: 'At most this number, or this date, instant or text or before it.',
  })
  lte?: unknown;

  @Field(() => RangeInput, { nullable: true, description: 'Within a range, its ends included.' })
  between?: RangeInput;

  @Field(() => String, {
    nullable: true,
    description: 'A text that has this somewhere in it; capitals matter.',
  })
  contains?: string;

  @Field(() => String, { nullable: true, description: 'A text that starts with this; capitals matter.' })
  startsWith?: string;

  @Field(() => String, { nullable: true, description: 'A text that ends with this; capitals matter.' })
  endsWith?: string;

  @Field(() => [Json], { nullable: true, description: 'A list with at least one of these.' })
  hasAny?: unknown[];

  @Field(() => [Json], { nullable: true, description: 'A list with all of these.' })
  hasAll?: unknown[];

  @Field(() => [Json], { nullable: true, description: 'A list with none of these, or no list.' })
  hasNone?: unknown[];

  @Field(() => Boolean, { nullable: true, description: '`true`: any value is known; `false`: none is.' })
  exists?: boolean;

  @Field(() => DurationInput, {
    nullable: true,
    description: `Later than now, and at most this far ahead. ${RELATIVE}`,
  })
  withinNext?: DurationInput;

  @Field(() => DurationInput, {
    nullable: true,
    description: `Now or before, and less than this long ago. ${RELATIVE}`,
  })
  withinLast?: DurationInput;

  @Field(() => DurationInput, { nullable: true, description: `This long ago, or longer. ${RELATIVE}` })
  moreThanAgo?: DurationInput;

  @Field(() => DurationInput, { nullable: true, description: `Further ahead than this. ${RELATIVE}` })
  moreThanAhead?: DurationInput;

  @Field(() => DurationInput, {
    nullable: true,
    description: `The anniversary begins at most this far ahead, or is today: birthdays, renewals. In years without 29 February, 28 February counts instead. ${RELATIVE}`,
  })
  anniversaryWithinNext?: DurationInput;
}
