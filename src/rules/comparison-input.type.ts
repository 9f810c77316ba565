import { Extensions, Field, InputType } from 'type-graphql';
import { Json } from '../platform/graphql/index.js';
import { DurationInput } from './duration-input.type.js';

@InputType({
  description:
    'A range that includes both ends: two numbers or two texts. Dates and instants are texts in ISO 8601.',
})
export class RangeInput {
  @Field(() => Json, { description: 'The smallest value that matches.' })
  from!: unknown;

  @Field(() => Json, { description: 'The largest value that matches.' })
  to!: unknown;
}

const RELATIVE =
  "For dates and instants. Evaluated continuously, so people enter and leave as time passes. A date means the start of that day in the workspace's time zone.";

@InputType({
  description:
    'How a value is compared: exactly one field. A missing value matches only `notEquals`, `notIn`, `hasNone` and `exists: false`. Dates and instants in ISO 8601 are compared as such, in any spelling. A date compared with an instant means the start of that day in the time zone of the workspace. Other texts are compared as written, by code point.',
})
@Extensions({ isOneOf: true })
export class ComparisonInput {
  @Field(() => Json, { nullable: true, description: 'Equal to this value.' })
  equals?: unknown;

  @Field(() => Json, { nullable: true, description: 'Another value than this, or missing.' })
  notEquals?: unknown;

  @Field(() => [Json], { nullable: true, description: 'One of these values: at most 1,000.' })
  in?: unknown[];

  @Field(() => [Json], { nullable: true, description: 'None of these values, or missing: at most 1,000.' })
  notIn?: unknown[];

  @Field(() => Json, {
    nullable: true,
    description: 'Greater than this number; after this date, instant or text.',
  })
  gt?: unknown;

  @Field(() => Json, {
    nullable: true,
    description: 'At least this number; this date, instant or text, or after it.',
  })
  gte?: unknown;

  @Field(() => Json, {
    nullable: true,
    description: 'Less than this number; before this date, instant or text.',
  })
  lt?: unknown;

  @Field(() => Json, {
    nullable: true,
    description: 'At most this number; this date, instant or text, or before it.',
  })
  lte?: unknown;

  @Field(() => RangeInput, { nullable: true, description: 'Within a range, including its ends.' })
  between?: RangeInput;

  @Field(() => String, {
    nullable: true,
    description: 'A text that contains this. Capitals matter.',
  })
  contains?: string;

  @Field(() => String, { nullable: true, description: 'A text that starts with this. Capitals matter.' })
  startsWith?: string;

  @Field(() => String, { nullable: true, description: 'A text that ends with this. Capitals matter.' })
  endsWith?: string;

  @Field(() => [Json], {
    nullable: true,
    description: 'A list with at least one of these values: at most 1,000.',
  })
  hasAny?: unknown[];

  @Field(() => [Json], { nullable: true, description: 'A list with all of these values: at most 1,000.' })
  hasAll?: unknown[];

  @Field(() => [Json], {
    nullable: true,
    description: 'A list with none of these values, or missing: at most 1,000.',
  })
  hasNone?: unknown[];

  @Field(() => Boolean, { nullable: true, description: '`true`: there is a value. `false`: there is none.' })
  exists?: boolean;

  @Field(() => DurationInput, {
    nullable: true,
    description: `Later than now, and at most this far ahead. ${RELATIVE}`,
  })
  withinNext?: DurationInput;

  @Field(() => DurationInput, {
    nullable: true,
    description: `At most now, and less than this long ago. ${RELATIVE}`,
  })
  withinLast?: DurationInput;

  @Field(() => DurationInput, { nullable: true, description: `This long ago or longer. ${RELATIVE}` })
  moreThanAgo?: DurationInput;

  @Field(() => DurationInput, { nullable: true, description: `Further ahead than this. ${RELATIVE}` })
  moreThanAhead?: DurationInput;

  @Field(() => DurationInput, {
    nullable: true,
    description: `The anniversary is today, or begins at most this far ahead: birthdays, renewals. In years without 29 February, 28 February counts instead. ${RELATIVE}`,
  })
  anniversaryWithinNext?: DurationInput;
}
