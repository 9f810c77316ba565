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
    description:
      '`true`: no source has reported a delivery failure (including unknown). `false`: one has. Absent = either.',
  })
  isReachable?: boolean;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether the channel was verified as the person’s own. Absent = either.',
  })
  isVerified?: boolean;
}
