import type { ParsedChannels } from '../../consent/index.js';
import type { Verification } from '../../identity/index.js';
import type { LabelNews } from '../../profiles/index.js';
import type { Told } from '../item.js';

type ChannelNews = ParsedChannels['channels'][number];

/** What an item tells of a person beside its event, as it is kept until its instant has come. */
export interface FactsAhead {
  attributes?: Readonly<Record<string, unknown>>;
  labels?: readonly LabelNews[];
  channels?: readonly ChannelNews[];
  /** Of identifiers. They wait for instants of their own. */
  verifications?: readonly Verification[];
}

/** @returns null when it tells nothing but its event */
export function factsAhead({ attributes, labels, channels: { channels } }: Told): FactsAhead | null {
  if (attributes.size === 0 && labels.length === 0 && channels.length === 0) return null;
  return {
    ...(attributes.size > 0 && { attributes: Object.fromEntries(attributes) }),
    ...(labels.length > 0 && { labels }),
    ...(channels.length > 0 && { channels }),
  };
}

/** The consents among them count by themselves: the ledger has them already. */
export function toldBy(
  facts: FactsAhead | null,
): Pick<Told, 'attributes' | 'labels' | 'channels' | 'verifications'> {
  const { attributes = {}, labels = [], channels = [], verifications = [] } = facts ?? {};
  return {
    attributes: new Map(Object.entries(attributes)),
    labels,
    channels: { channels: channels.map(revived), consents: [] },
    verifications: verifications.map((one) => ({ ...one, at: new Date(one.at) })),
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
