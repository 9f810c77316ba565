import type { ParsedChannels } from '../../consent/index.js';
import type { Place } from '../../identity/index.js';
import { newId } from '../../platform/index.js';
import type { Told } from '../item.js';
import { verifiedBy } from '../verified-by.js';
import { factsAhead } from './facts-ahead.js';
import type { FactsAhead } from './facts-ahead.js';

/** What an item told, and whose side of which profile it came to. */
export interface ToldOf extends Place {
  item: Told;
}

/** What waits until an instant. */
export interface Ahead extends Omit<Place, 'demotions'> {
  /** That of the event, where there is one: it is on record, and counts from then on. */
  id: string;
  at: Date;
  sourceId: string;
  /** That of the item, which decides among facts of one instant. */
  arrival: number;
  facts: FactsAhead | null;
}

const NOTHING: Pick<Told, 'event' | 'attributes' | 'labels'> = {
  event: null,
  attributes: new Map(),
  labels: [],
};

/**
 * Takes out of items what is dated ahead: it counts from its instant on, and must not hide what is so until then. What
 * they say of consent stays, for the ledger tells by itself what stands at which instant.
 */
export function partAhead<Placed extends ToldOf>(
  placed: readonly Placed[],
  now: Date,
): { present: readonly Placed[]; ahead: readonly Ahead[] } {
  if (!placed.some(({ item }) => isAhead(item, now))) return { present: placed, ahead: [] };
  const ahead: Ahead[] = [];
  const present = placed.map((one) => {
    const { profile, side, item } = one;
    if (!isAhead(item, now)) return one;
    const later = [
      ...(item.occurredAt > now ? [whole(item)] : channelsVerifiedAhead(item, now)),
      ...verifiedAhead(one, now),
    ];
    ahead.push(
      ...later.map((waiting) => ({
        ...waiting,
        profile,
        side,
        sourceId: item.sourceId,
        arrival: item.arrival,
      })),
    );
    return {
      ...one,
      item: {
        ...item,
        ...(item.occurredAt > now && NOTHING),
        channels: channelsAt(item, now),
        verifications: item.verifications.filter(({ at }) => at <= now),
      },
    };
  });
  return { present, ahead };
}

function isAhead({ occurredAt, channels, verifications }: Told, now: Date): boolean {
  return (
    occurredAt > now ||
    verifications.some(({ at }) => at > now) ||
    channels.channels.some(({ verified }) => verified && verified.at > now)
  );
}

type Waiting = Pick<Ahead, 'id' | 'at' | 'facts'>;

function whole(item: Told): Waiting {
  return { id: item.event?.id ?? newId(), at: item.occurredAt, facts: factsAhead(item) };
}

/** A channel may be verified later than the item happened. */
function channelsVerifiedAhead({ channels }: Told, now: Date): Waiting[] {
  return channels.channels.flatMap(({ verified, ...news }) =>
    verified && verified.at > now
      ? [
          {
            id: newId(),
            at: verified.at,
            facts: { channels: [{ ...news, active: null, reachable: null, verified }] },
          },
        ]
      : [],
  );
}

/** Identifiers count at once, that they were verified at the instant for which that is said. */
function verifiedAhead(one: ToldOf, now: Date): Waiting[] {
  const ahead = verifiedBy(one).filter(({ at }) => at > now);
  return [...Map.groupBy(ahead, ({ at }) => at.getTime())].map(([at, verifications]) => ({
    id: newId(),
    at: new Date(at),
    facts: { verifications },
  }));
}

function channelsAt({ occurredAt, channels: { channels, consents } }: Told, now: Date): ParsedChannels {
  if (occurredAt > now) return { channels: [], consents };
  return {
    channels: channels.map((news) =>
      news.verified && news.verified.at > now ? { ...news, verified: null } : news,
    ),
    consents,
  };
}
