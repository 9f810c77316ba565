import type { Place } from '../../identity/index.js';
import { newId } from '../../platform/index.js';
import type { Told } from '../item.js';
import { ITEM_PARTS, saidOf, valuesBy } from '../parts/index.js';
import type { Said } from '../parts/index.js';
import type { Placed } from '../placed.js';
import { verifiedBy } from '../verified-by.js';
import { factsAhead } from './facts-ahead.js';
import type { FactsAhead } from './facts-ahead.js';

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

/**
 * Takes out of items what is dated ahead: it counts from its instant on, and must not hide what is so until then. Some
 * parts count at once all the same (`Waiting.atOnce`), and some hold what is dated ahead by itself (`Waiting.split`).
 */
export function partAhead(
  placed: readonly Placed[],
  now: Date,
): { present: readonly Placed[]; ahead: readonly Ahead[] } {
  if (!placed.some(({ item }) => isAhead(item, now))) return { present: placed, ahead: [] };
  const ahead: Ahead[] = [];
  const present = placed.map((one) => {
    const { profile, side, item } = one;
    if (!isAhead(item, now)) return one;
    const { said, later } = item.occurredAt > now ? whole(item) : splitBy(item, now);
    for (const waiting of [...later, ...verifiedAhead(one, now)])
      ahead.push({ ...waiting, profile, side, sourceId: item.sourceId, arrival: item.arrival });
    const verifications = item.verifications.filter(({ at }) => at <= now);
    return { ...one, item: { ...item, ...said, verifications } };
  });
  return { present, ahead };
}

function isAhead(item: Told, now: Date): boolean {
  return (
    item.occurredAt > now ||
    item.verifications.some(({ at }) => at > now) ||
    ITEM_PARTS.some((part) => part.waiting.split?.(saidOf(item, part), now) !== undefined)
  );
}

type Waits = Pick<Ahead, 'id' | 'at' | 'facts'>;

/** What of an item counts at once, and what waits. */
interface Parted {
  said: Said;
  later: Waits[];
}

function whole(item: Told): Parted {
  return {
    said: valuesBy((part) => part.waiting.atOnce?.(saidOf(item, part)) ?? part.nothing),
    later: [{ id: item.event?.id ?? newId(), at: item.occurredAt, facts: factsAhead(item) }],
  };
}

function splitBy(item: Told, now: Date): Parted {
  const later: Waits[] = [];
  const said = valuesBy((part) => {
    const value = saidOf(item, part);
    const parted = part.waiting.split?.(value, now);
    for (const { at, value: waiting } of parted?.later ?? [])
      later.push({ id: newId(), at, facts: factsAhead({ [part.name]: waiting }) });
    return parted ? parted.present : value;
  });
  return { said, later };
}

/** Identifiers count at once, that they were verified at the instant for which that is said. */
function verifiedAhead(one: Placed, now: Date): Waits[] {
  const ahead = verifiedBy(one).filter(({ at }) => at > now);
  return [...Map.groupBy(ahead, ({ at }) => at.getTime())].map(([at, verifications]) => ({
    id: newId(),
    at: new Date(at),
    facts: { verifications },
  }));
}
