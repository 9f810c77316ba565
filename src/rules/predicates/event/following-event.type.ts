import { Field, InputType } from 'type-graphql';
import { DurationInput } from '../../duration-input.type.js';
import { PropertyRuleInput } from '../../property-rule.type.js';

@InputType({
  description:
    'An event that follows another: at the same instant or later, by at most `within`. No event follows itself.',
})
export class FollowingEventInput {
  @Field(() => String, { description: 'The key of the type of the event that follows.' })
  type!: string;

  @Field(() => [PropertyRuleInput], {
    nullable: true,
    description: 'Conditions that it must all meet: at most 20.',
  })
  where?: PropertyRuleInput[];

  @Field(() => DurationInput, { description: 'How long after the previous event it may come, at most.' })
  within!: DurationInput;

  @Field(() => FollowingEventInput, { nullable: true, description: 'An event that must follow it in turn.' })
  followedBy?: FollowingEventInput;

  @Field(() => FollowingEventInput, {
    nullable: true,
    description: 'An event that must not follow it in turn.',
  })
  notFollowedBy?: FollowingEventInput;
}
