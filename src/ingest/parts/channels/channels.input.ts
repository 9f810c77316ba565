import { ChannelInput } from '../../../consent/channel-input.type.js';
import type { InputFields } from '../input-fields.type.js';

export const channelsInput: InputFields = {
  channels: {
    type: () => [ChannelInput],
    description: 'Ways to reach the person, and what they consent to; at most 20.',
  },
};
