import { Field, InputType } from 'type-graphql';
import { DateTime } from '../../../platform/graphql/index.js';
import { DurationInput } from '../../duration-input.type.js';
import { PropertyRuleInput } from '../../property-rule.type.js';
import { AggregateRuleInput } from './aggregate-rule.type.js';
import { CountInput } from './count-input.type.js';
import { FollowingEventInput } from './following-event.type.js';

@InputType({ description: 'How often something happened to a person.' })
export class EventRuleInput {
  @Field(() => String, { description: 'The type of the events that count.' })
  type!: string;

  @Field(() => [PropertyRuleInput], {
    nullable: true,
    description: 'Conditions that an event must all meet to count; at most 20.',
  })
  where?: PropertyRuleInput[];

  @Field(() => DurationInput, {
    nullable: true,
    description:
      'Only events that happened less than this long ago. Evaluated continuously, so people enter and leave as time passes.',
  })
  withinLast?: DurationInput;

  @Field(() => DateTime, { nullable: true, description: 'Only events at or after this instant.' })
  from?: Date;

  @Field(() => DateTime, { nullable: true, description: 'Only events before this instant.' })
  to?: Date;

  @Field(() => FollowingEventInput, {
    nullable: true,
    description: 'Only events after which this one came. At most 5 events in a row.',
  })
  followedBy?: FollowingEventInput;

  @Field(() => FollowingEventInput, {
    nullable: true,
    description:
      'Only events after which no such one came: an abandoned cart. It is known when `within` is over, and counts from that instant on.',
  })
  notFollowedBy?: FollowingEventInput;

  @Field(() => CountInput, {
    nullable: true,
    description: 'How many must count; default: at least 1, or with an aggregate any number.',
  })
  count?: CountInput;

  @Field(() => AggregateRuleInput, { nullable: true, description: 'What a figure over them must be.' })
  aggregate?: AggregateRuleInput;
}
