import { Field, InputType } from 'type-graphql';
import { DateTime } from '../../../platform/graphql/index.js';
import { DurationInput } from '../../duration-input.type.js';
import { PropertyRuleInput } from '../../property-rule.type.js';
import { AggregateRuleInput } from './aggregate-rule.type.js';
import { CountInput } from './count-input.type.js';
import { FollowingEventInput } from './following-event.type.js';

@InputType({ description: 'How often an event happened to a person.' })
export class EventRuleInput {
  @Field(() => String, { description: 'The key of the type of the events that count.' })
  type!: string;

  @Field(() => [PropertyRuleInput], {
    nullable: true,
    description: 'Conditions that an event must all meet to count: at most 20.',
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
    description:
      'Counts only events that this event followed within the given time. At most 5 events in a row.',
  })
  followedBy?: FollowingEventInput;

  @Field(() => FollowingEventInput, {
    nullable: true,
    description:
      'Counts events with no such event within the given time, for example abandoned carts. An event counts once that time has passed.',
  })
  notFollowedBy?: FollowingEventInput;

  @Field(() => CountInput, {
    nullable: true,
    description: 'How many events must count. Default: at least 1, or any number with an aggregate.',
  })
  count?: CountInput;

  @Field(() => AggregateRuleInput, {
    nullable: true,
    description: 'A figure over the events that count, and how it must compare.',
  })
  aggregate?: AggregateRuleInput;
}
