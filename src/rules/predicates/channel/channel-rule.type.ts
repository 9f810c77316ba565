import { Field, InputType } from 'type-graphql';
import { ChannelTypeEnum, ConsentStateEnum } from '../../../consent/consent.type.js';
import type { ChannelType, ConsentState } from '../../../consent/index.js';

@InputType({
  description: 'Whether the person has an active channel that meets all of these conditions.',
})
export class ChannelRuleInput {
  @Field(() => ChannelTypeEnum, { description: 'The type of the channel.' })
  type!: ChannelType;

  @Field(() => ConsentStateEnum, {
    nullable: true,
    description:
      'The current state of consent for the purpose. Evaluated continuously, so people enter and leave as consent expires.',
  })
  consent?: ConsentState;

  @Field(() => String, {
    nullable: true,
    description: 'The key of the purpose of the consent; default: `marketing`.',
  })
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
