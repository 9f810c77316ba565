import { Field, InputType } from 'type-graphql';
import { ChannelTypeEnum, ConsentStateEnum } from '../../../consent/consent.type.js';
import type { ChannelType, ConsentState } from '../../../consent/index.js';

@InputType({
  description: 'Whether the person has an active channel of a type of which all that is said here is true.',
})
export class ChannelRuleInput {
  @Field(() => ChannelTypeEnum, { description: 'The type of the channel.' })
  type!: ChannelType;

  @Field(() => ConsentStateEnum, {
    nullable: true,
    description:
      'The state of consent for the purpose that stands at every moment; it flips when consent expires.',
  })
  consent?: ConsentState;

  @Field(() => String, { nullable: true, description: 'What the consent is for; default: `marketing`.' })
  purpose?: string;

  @Field(() => Boolean, {
    nullable: true,
    description: '`false`: a source has said that what is sent there does not arrive; `true`: none has.',
  })
  reachable?: boolean;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether it was made sure that it is the person’s own.',
  })
  verified?: boolean;
}
