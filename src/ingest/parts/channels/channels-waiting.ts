import type { ParsedChannels } from '../../../consent/index.js';
import type { Waiting } from '../item-part.js';

export const NO_CHANNELS: ParsedChannels = { channels: [], consents: [] };

type ChannelNews = ParsedChannels['channels'][number];

/** Consents do not wait: the ledger tells by itself what stands at which instant. */
export const channelsWaiting: Waiting<ParsedChannels> = {
  keep: ({ channels }) => (channels.length > 0 ? channels : undefined),
  revive: (kept: readonly ChannelNews[]) => ({ channels: kept.map(revived), consents: [] }),
  atOnce: ({ consents }) => (consents.length > 0 ? { channels: [], consents } : NO_CHANNELS),
  split: splitVerified,
};

/** A channel may be verified later than its item happened. */
function splitVerified(
  { channels, consents }: ParsedChannels,
  now: Date,
): ReturnType<NonNullable<Waiting<ParsedChannels>['split']>> {
  const isLater = ({ verified }: ChannelNews) => verified !== null && verified.at > now;
  if (!channels.some(isLater)) return undefined;
  return {
    present: { channels: channels.map((one) => (isLater(one) ? { ...one, verified: null } : one)), consents },
    later: channels.flatMap(({ verified, ...news }) =>
      verified && verified.at > now
        ? [
            {
              at: verified.at,
              value: { channels: [{ ...news, active: null, reachable: null, verified }], consents: [] },
            },
          ]
        : [],
    ),
  };
}

/** Instants are texts in JSON. */
function revived(news: ChannelNews): ChannelNews {
  const { active, reachable, verified } = news;
  return {
    ...news,
    active: active && { ...active, at: new Date(active.at) },
    reachable: reachable && { ...reachable, at: new Date(reachable.at) },
    verified: verified && { ...verified, at: new Date(verified.at) },
    firstSeenAt: new Date(news.firstSeenAt),
    lastSeenAt: new Date(news.lastSeenAt),
  };
}
