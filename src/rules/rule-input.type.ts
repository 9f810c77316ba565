import { Field, InputType, Int, registerEnumType } from 'type-graphql';
import { ChannelTypeEnum, ConsentStateEnum } from '../consent/consent.type.js';
import { readJson } from '../platform/index.js';
import type { ChannelType, ConsentState } from '../consent/index.js';
import { DateTime, Json } from '../platform/graphql/index.js';
import { AGGREGATES } from './aggregate.js';
import { canonicalRule } from './canonical-rule.js';

const OPTIONAL = { nullable: true } as const;

@InputType({ description: 'A stretch of time: the sum of its parts. A day has 24 hours.' })
export class DurationInput {
  @Field(() => Int, { ...OPTIONAL, description: 'Days of 24 hours.' })
  days?: number;

  @Field(() => Int, { ...OPTIONAL, description: 'Hours.' })
  hours?: number;

  @Field(() => Int, { ...OPTIONAL, description: 'Minutes.' })
  minutes?: number;
}

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
export class ComparisonInput {
  @Field(() => Json, { ...OPTIONAL, description: 'The same value.' })
  equals?: unknown;

  @Field(() => Json, { ...OPTIONAL, description: 'Another value, or none.' })
  notEquals?: unknown;

  @Field(() => [Json], { ...OPTIONAL, description: 'One of these; at most 1,000.' })
  in?: unknown[];

  @Field(() => [Json], { ...OPTIONAL, description: 'None of these, or not known.' })
  notIn?: unknown[];

  @Field(() => Json, {
    ...OPTIONAL,
    description: 'More than this number, or after this date, instant or text.',
  })
  gt?: unknown;

  @Field(() => Json, {
    ...OPTIONAL,
    description: 'At least this number, or this date, instant or text or after it.',
  })
  gte?: unknown;

  @Field(() => Json, {
    ...OPTIONAL,
    description: 'Less than this number, or before this date, instant or text.',
  })
  lt?: unknown;

  @Field(() => Json, {
    ...OPTIONAL,
    description: 'At most this number, or this date, instant or text or before it.',
  })
  lte?: unknown;

  @Field(() => RangeInput, { ...OPTIONAL, description: 'Within a range, its ends included.' })
  between?: RangeInput;

  @Field(() => String, { ...OPTIONAL, description: 'A text that has this somewhere in it; capitals matter.' })
  contains?: string;

  @Field(() => String, { ...OPTIONAL, description: 'A text that starts with this; capitals matter.' })
  startsWith?: string;

  @Field(() => String, { ...OPTIONAL, description: 'A text that ends with this; capitals matter.' })
  endsWith?: string;

  @Field(() => [Json], { ...OPTIONAL, description: 'A list with at least one of these.' })
  hasAny?: unknown[];

  @Field(() => [Json], { ...OPTIONAL, description: 'A list with all of these.' })
  hasAll?: unknown[];

  @Field(() => [Json], { ...OPTIONAL, description: 'A list with none of these, or no list.' })
  hasNone?: unknown[];

  @Field(() => Boolean, { ...OPTIONAL, description: '`true`: any value is known; `false`: none is.' })
  exists?: boolean;

  @Field(() => DurationInput, {
    ...OPTIONAL,
    description: `Later than now, and at most this far ahead. ${RELATIVE}`,
  })
  withinNext?: DurationInput;

  @Field(() => DurationInput, {
    ...OPTIONAL,
    description: `Now or before, and less than this long ago. ${RELATIVE}`,
  })
  withinLast?: DurationInput;

  @Field(() => DurationInput, { ...OPTIONAL, description: `This long ago, or longer. ${RELATIVE}` })
  moreThanAgo?: DurationInput;

  @Field(() => DurationInput, { ...OPTIONAL, description: `Further ahead than this. ${RELATIVE}` })
  moreThanAhead?: DurationInput;

  @Field(() => DurationInput, {
    ...OPTIONAL,
    description: `The anniversary begins at most this far ahead, or is today: birthdays, renewals. In years without 29 February, 28 February counts instead. ${RELATIVE}`,
  })
  anniversaryWithinNext?: DurationInput;
}

@InputType({ description: 'A question about one value known of a person.' })
export class ValueRuleInput {
  @Field(() => String, { description: 'The key of the value, such as `city`.' })
  key!: string;

  @Field(() => ComparisonInput, { description: 'What it must be.' })
  is!: ComparisonInput;
}

@InputType({ description: 'A question about one property of an event.' })
export class PropertyRuleInput {
  @Field(() => String, { description: 'The property; dots lead into objects: `product.price`.' })
  path!: string;

  @Field(() => ComparisonInput, { description: 'What it must be.' })
  is!: ComparisonInput;
}

@InputType({ description: 'How many; exactly one field; from 0 to 1,000,000.' })
export class CountInput {
  @Field(() => Int, { ...OPTIONAL, description: 'This many or more.' })
  atLeast?: number;

  @Field(() => Int, { ...OPTIONAL, description: 'This many or fewer; none also fits.' })
  atMost?: number;

  @Field(() => Int, { ...OPTIONAL, description: 'This many, neither more nor fewer.' })
  exactly?: number;
}

export const AggregateFunction = Object.fromEntries(Object.keys(AGGREGATES).map((name) => [name, name]));
registerEnumType(AggregateFunction, {
  name: 'AggregateFunction',
  description: 'A figure over one property of events.',
  valuesConfig: {
    SUM: { description: 'The sum of its numbers, exactly. Not known when there are none.' },
    SUM_BY_CURRENCY: {
      description:
        'The sum of the amounts of money in each currency, exactly: an object such as `{ "EUR": 49.99, "JPY": 10000 }`. Not known when there are none.',
    },
    AVERAGE: { description: 'The mean of its numbers. Not known when there are none.' },
    MINIMUM: { description: 'The least of its numbers. Not known when there are none.' },
    MAXIMUM: { description: 'The greatest of its numbers. Not known when there are none.' },
    DISTINCT: { description: 'How many different values it has; 0 when there are none.' },
    COUNT: { description: 'How many events there are. Of no property.' },
    DISTINCT_LIST: {
      description: 'Its different values, in order: the first 100. Not known when there are none.',
    },
    MOST_FREQUENT: { description: 'The value that it has most often; of several the first in order.' },
    FIRST: { description: 'Its value in the earliest event that has one.' },
    LAST: { description: 'Its value in the latest event that has one.' },
    FIRST_AT: { description: 'When the earliest event was (that has the property, if one is named).' },
    LAST_AT: { description: 'When the latest event was (that has the property, if one is named).' },
  },
});

@InputType({ description: 'A question about a figure over one property of the events that count.' })
export class AggregateRuleInput {
  @Field(() => AggregateFunction, { description: 'Which figure.' })
  function!: string;

  @Field(() => String, {
    ...OPTIONAL,
    description:
      'The property; dots lead into objects: `product.price`. Only COUNT, FIRST_AT and LAST_AT do without.',
  })
  path?: string;

  @Field(() => String, {
    ...OPTIONAL,
    description:
      'For SUM, AVERAGE, MINIMUM and MAXIMUM of money: only amounts in this currency count: an ISO 4217 code, or `WORKSPACE` for that of the workspace. Absent = `WORKSPACE`, if the contract of the type calls the property an amount of money; otherwise all numbers count.',
  })
  currency?: string;

  @Field(() => ComparisonInput, { description: 'What the figure must be.' })
  is!: ComparisonInput;
}

@InputType({
  description:
    'An event that comes after another: at the same instant or later, by no more than `within`. None comes after itself.',
})
export class FollowingEventInput {
  @Field(() => String, { description: 'The type of the event that comes after.' })
  type!: string;

  @Field(() => [PropertyRuleInput], {
    ...OPTIONAL,
    description: 'Conditions that it must all meet; at most 20.',
  })
  where?: PropertyRuleInput[];

  @Field(() => DurationInput, { description: 'How long after the one before it may come, at most.' })
  within!: DurationInput;

  @Field(() => FollowingEventInput, { ...OPTIONAL, description: 'What must come after it in turn.' })
  followedBy?: FollowingEventInput;

  @Field(() => FollowingEventInput, { ...OPTIONAL, description: 'What must not come after it in turn.' })
  notFollowedBy?: FollowingEventInput;
}

@InputType({ description: 'How often something happened to a person.' })
export class EventRuleInput {
  @Field(() => String, { description: 'The type of the events that count.' })
  type!: string;

  @Field(() => [PropertyRuleInput], {
    ...OPTIONAL,
    description: 'Conditions that an event must all meet to count; at most 20.',
  })
  where?: PropertyRuleInput[];

  @Field(() => DurationInput, {
    ...OPTIONAL,
    description:
      'Only events that happened less than this long ago. Evaluated continuously, so people enter and leave as time passes.',
  })
  withinLast?: DurationInput;

  @Field(() => DateTime, { ...OPTIONAL, description: 'Only events at or after this instant.' })
  from?: Date;

  @Field(() => DateTime, { ...OPTIONAL, description: 'Only events before this instant.' })
  to?: Date;

  @Field(() => FollowingEventInput, {
    ...OPTIONAL,
    description: 'Only events after which this one came. At most 5 events in a row.',
  })
  followedBy?: FollowingEventInput;

  @Field(() => FollowingEventInput, {
    ...OPTIONAL,
    description:
      'Only events after which no such one came: an abandoned cart. It is known when `within` is over, and counts from that instant on.',
  })
  notFollowedBy?: FollowingEventInput;

  @Field(() => CountInput, {
    ...OPTIONAL,
    description: 'How many must count; default: at least 1, or with an aggregate any number.',
  })
  count?: CountInput;

  @Field(() => AggregateRuleInput, { ...OPTIONAL, description: 'What a figure over them must be.' })
  aggregate?: AggregateRuleInput;
}

@InputType({
  description: 'Whether the person has an identifier of which all that is said here is true.',
})
export class IdentifierRuleInput {
  @Field(() => String, { description: 'The key of its namespace, such as `email`.' })
  namespace!: string;

  @Field(() => String, {
    ...OPTIONAL,
    description: 'Its value, in whatever spelling. Absent = any of the namespace.',
  })
  value?: string;

  @Field(() => Boolean, { ...OPTIONAL, description: 'Whether it was validated. Absent = either.' })
  validated?: boolean;
}

@InputType({ description: 'Whether the person is marked with a tag.' })
export class TagRuleInput {
  @Field(() => String, { description: 'The key of the tag.' })
  key!: string;
}

@InputType({
  description:
    'Whether the person is sorted under a term. Where its taxonomy is restricted to roles, only while they have one of these.',
})
export class TermRuleInput {
  @Field(() => String, { description: 'The key of the taxonomy.' })
  taxonomy!: string;

  @Field(() => String, { description: 'The key of the term.' })
  term!: string;

  @Field(() => Boolean, {
    ...OPTIONAL,
    description: 'Whether those sorted under a term below it fit, too; default: true.',
  })
  withDescendants?: boolean;
}

@InputType({ description: 'Whether the person has a role: adopted, or by default and not dropped.' })
export class FacetRuleInput {
  @Field(() => String, { description: 'The key of the profile schema.' })
  schema!: string;
}

@InputType({ description: 'Membership of another segment.' })
export class SegmentRuleInput {
  @Field(() => String, { description: 'The key of the other segment.' })
  key!: string;
}

@InputType({
  description: 'Whether the person has an active channel of a type of which all that is said here is true.',
})
export class ChannelRuleInput {
  @Field(() => ChannelTypeEnum, { description: 'The type of the channel.' })
  type!: ChannelType;

  @Field(() => ConsentStateEnum, {
    ...OPTIONAL,
    description:
      'The state of consent for the purpose that stands at every moment; it flips when consent expires.',
  })
  consent?: ConsentState;

  @Field(() => String, { ...OPTIONAL, description: 'What the consent is for; default: `marketing`.' })
  purpose?: string;

  @Field(() => Boolean, {
    ...OPTIONAL,
    description: '`false`: a source has said that what is sent there does not arrive; `true`: none has.',
  })
  reachable?: boolean;

  @Field(() => Boolean, { ...OPTIONAL, description: 'Whether it was made sure that it is the person’s own.' })
  verified?: boolean;
}

@InputType({
  description:
    'A question about a person, with the answer yes or no; exactly one field. A rule has at most 200 nodes, those of the segments it refers to included.',
})
export class RuleInput {
  @Field(() => [RuleInput], { ...OPTIONAL, description: 'All of these; an empty list fits everybody.' })
  all?: RuleInput[];

  @Field(() => [RuleInput], { ...OPTIONAL, description: 'At least one of these; an empty list fits nobody.' })
  any?: RuleInput[];

  @Field(() => RuleInput, { ...OPTIONAL, description: 'Not this.' })
  not?: RuleInput;

  @Field(() => ValueRuleInput, { ...OPTIONAL, description: 'An attribute of the person.' })
  attribute?: ValueRuleInput;

  @Field(() => ChannelRuleInput, { ...OPTIONAL, description: 'A way to reach the person, and consent.' })
  channel?: ChannelRuleInput;

  @Field(() => ValueRuleInput, {
    ...OPTIONAL,
    description: 'A derived attribute: a figure over what the person did.',
  })
  derived?: ValueRuleInput;

  @Field(() => EventRuleInput, { ...OPTIONAL, description: 'What the person did.' })
  event?: EventRuleInput;

  @Field(() => FacetRuleInput, { ...OPTIONAL, description: 'A role of the person.' })
  facet?: FacetRuleInput;

  @Field(() => TagRuleInput, { ...OPTIONAL, description: 'A tag of the person.' })
  tag?: TagRuleInput;

  @Field(() => TermRuleInput, { ...OPTIONAL, description: 'A term that the person is sorted under.' })
  term?: TermRuleInput;

  @Field(() => IdentifierRuleInput, { ...OPTIONAL, description: 'An identifier of the person.' })
  identifier?: IdentifierRuleInput;

  @Field(() => SegmentRuleInput, {
    ...OPTIONAL,
    description: 'Membership of another segment, as its rule is at that moment.',
  })
  segment?: SegmentRuleInput;
}

/** Of an input in which a rule is saved. */
export const ALLOW_UNDEFINED =
  'Whether it may ask for attributes, types of events and properties that nobody has defined and no source has sent yet, or for what their values have not been so far. Such names are refused by default: most are slips.';

/** Of an answer to a rule that is not saved. */
export const WARNINGS =
  'What the rule asks for that there is not, such as an attribute that nobody has defined and no source has sent: at most 20, each with its place in the argument. It fits nobody. To save such a rule takes `allowUndefined`.';

/** The rule as plain JSON, without what was not set, in one spelling: as it is parsed, compared and kept. */
export function ruleJson(rule: RuleInput | readonly PropertyRuleInput[]): unknown {
  return canonicalRule(readJson(JSON.stringify(rule)));
}
