import type { Feature } from '../feature.js';
import { channelsPart } from './channels.part.js';
import { consentsPart } from './consents.part.js';
import { ChannelResolver, ProfileChannelsResolver } from './profile-channels.resolver.js';
import { PurposeResolver } from './purpose.resolver.js';

export const consent: Feature = {
  resolvers: [ChannelResolver, ProfileChannelsResolver, PurposeResolver],
  parts: [channelsPart, consentsPart],
};
