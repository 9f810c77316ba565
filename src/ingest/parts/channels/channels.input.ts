import { ChannelInput } from '../../../consent/channel-input.type.js';
import type { InputFields } from '../input-fields.type.js';

export const channelsInput: InputFields = {
  channels: {
    type: () => [ChannelInput],
    description: 'The channels of the person, with their consents: at most 20.',
  },
};
