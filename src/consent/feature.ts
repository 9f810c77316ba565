import type { Feature } from '../feature.js';
import { channelsPart } from './channels.part.js';
import { consentsPart } from './consents.part.js';
import {
  ChannelResolver,
  ConsentChangeResolver,
  findChannels,
  ProfileChannelsResolver,
} from './profile-channels.resolver.js';
import { purposeKind } from './purpose.resolver.js';

export const consent: Feature = {
  resolvers: [ChannelResolver, ConsentChangeResolver, ProfileChannelsResolver, purposeKind.resolver],
  nodes: { channel: findChannels, ...purposeKind.nodes },
  parts: [channelsPart, consentsPart],
};
