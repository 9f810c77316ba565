import { EventsWithin } from './rule/events-within.js';
import { sizeOfRule } from './rule/rule-size.js';
import type { LiveSegment } from './segment-catalogue.js';

/**
 * Segments that are always asked together, in one statement, which the database prepares: were it made of those that a
 * batch happens to concern, then nearly every small batch would need one of its own, planned for it alone.
 */
export interface Shelf {
  segments: readonly LiveSegment[];
  /** Whether they ask for events and nothing else: then nothing of the profile is needed but its key. */
  isOfEvents: boolean;
}

/** Nodes of the rules in one statement: PostgreSQL takes 65,535 parameters, and a node has at most some 40. */
const MAX_NODES = 1_000;
/** Few segments share a statement with others, up to so many nodes: each statement costs as much as to ask twenty in vain. */
const SHARED_NODES = 100;
const FEW_NODES = 25;

/** The segments in parts that one statement can hold; mostly there is only one. */
export function inParts(segments: readonly LiveSegment[]): LiveSegment[][] {
  const parts: LiveSegment[][] = [];
  let nodes = Infinity;
  for (const segment of segments) {
    nodes += sizeOfRule(segment.keptBy);
    if (nodes > MAX_NODES) {
      parts.push([]);
      nodes = sizeOfRule(segment.keptBy);
    }
    parts.at(-1)?.push(segment);
  }
  return parts;
}

/** Each segment's shelf. What looks at the same things stands together, so that who is looked at mostly needs only one. */
export function shelve(segments: readonly LiveSegment[]): ReadonlyMap<LiveSegment, Shelf> {
  const shelves: (Shelf & { segments: LiveSegment[]; room: number })[] = [];
  const groups = [...Map.groupBy(segments, subjectOf)].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const part of groups.flatMap(([, group]) => inParts(group))) {
    const isOfEvents = part.every(looksAtEventsAlone);
    const nodes = part.reduce((sum, { keptBy }) => sum + sizeOfRule(keptBy), 0);
    const last = shelves.at(-1);
    if (last?.isOfEvents === isOfEvents && nodes <= Math.min(last.room, FEW_NODES)) {
      last.segments.push(...part);
      last.room -= nodes;
    } else shelves.push({ segments: part, isOfEvents, room: nodes > FEW_NODES ? 0 : SHARED_NODES - nodes });
  }
  return new Map(shelves.flatMap((shelf) => shelf.segments.map((segment) => [segment, shelf])));
}

/** What it looks at, the events first, whenever they happen. */
function subjectOf({ dependsOn }: LiveSegment): string {
  const all = [...dependsOn.values()];
  const events = all.filter((one) => one instanceof EventsWithin).map(({ kind }) => kind);
  const others = all.filter((one) => typeof one === 'string');
  return JSON.stringify([others.length > 0, [...new Set(events)].sort(), others.sort()]);
}

function looksAtEventsAlone({ dependsOn }: LiveSegment): boolean {
  return [...dependsOn.values()].every((one) => one instanceof EventsWithin);
}
