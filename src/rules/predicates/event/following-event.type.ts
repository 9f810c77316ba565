import { Field, InputType } from 'type-graphql';
import { DurationInput } from '../../duration-input.type.js';
import { PropertyRuleInput } from '../../property-rule.type.js';

@InputType({
  description:
    'An event that comes after another: at the same instant or later, by no more than `within`. None comes after itself.',
})
export class FollowingEventInput {
  @Field(() => String, { description: 'The type of the event that comes after.' })
  type!: string;

  @Field(() => [PropertyRuleInput], {
    nullable: true,
    description: 'Conditions that it must all meet; at most 20.',
  })
  where?: PropertyRuleInput[];

  @Field(() => DurationInput, { description: 'How long after the one before it may come, at most.' })
  within!: DurationInput;

  @Field(() => FollowingEventInput, { nullable: true, description: 'What must come after it in turn.' })
  followedBy?: FollowingEventInput;

  @Field(() => FollowingEventInput, { nullable: true, description: 'What must not come after it in turn.' })
  notFollowedBy?: FollowingEventInput;
}
