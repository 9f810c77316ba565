import type { Feature } from '../feature.js';
import { channels, consents } from './index.js';
import { ChannelResolver, ProfileChannelsResolver } from './profile-channels.resolver.js';
import { PurposeResolver } from './purpose.resolver.js';

export const consent: Feature = {
  resolvers: [ChannelResolver, ProfileChannelsResolver, PurposeResolver],
  parts: [channels, consents],
};
