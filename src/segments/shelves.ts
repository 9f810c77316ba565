import { EventsWithin, sizeOfRule } from '../rules/index.js';
import type { LiveSegment } from './live-segment.js';

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
/** A statement costs as much as to ask some twenty nodes in vain: what has no more is asked together with others. */
const FEW_NODES = 25;
/** The nodes of a shelf of such. */
const SHARED_NODES = 100;

/** The segments in parts of at most so many nodes; mostly there is only one. */
export function inParts(segments: readonly LiveSegment[], most = MAX_NODES): LiveSegment[][] {
  const parts: LiveSegment[][] = [];
  let nodes = Infinity;
  for (const segment of segments) {
    nodes += sizeOfRule(segment.keptBy);
    if (nodes > most) {
      parts.push([]);
      nodes = sizeOfRule(segment.keptBy);
    }
    parts.at(-1)?.push(segment);
  }
  return parts;
}

/** Each segment's shelf. What looks at the same things stands together, so that who is looked at mostly needs only one. */
export function shelve(segments: readonly LiveSegment[]): ReadonlyMap<LiveSegment, Shelf> {
  const bySubject = [...Map.groupBy(segments, subjectOf)].sort(([a], [b]) => (a < b ? -1 : 1));
  const { many = [], few = [] } = Object.groupBy(
    bySubject.map(([, group]) => group),
    (group) => (inParts(group, FEW_NODES).length > 1 ? 'many' : 'few'),
  );
  const { ofEvents = [], others = [] } = Object.groupBy(few.flat(), (segment) =>
    looksAtEventsAlone(segment) ? 'ofEvents' : 'others',
  );
  const shelves = [
    ...many.flatMap((group) => inParts(group)),
    ...inParts(ofEvents, SHARED_NODES),
    ...inParts(others, SHARED_NODES),
  ].map((together): Shelf => ({ segments: together, isOfEvents: together.every(looksAtEventsAlone) }));
  return new Map(shelves.flatMap((shelf) => shelf.segments.map((segment) => [segment, shelf])));
}

/** What it looks at, the events first, whenever they happen. */
function subjectOf({ dependsOn }: LiveSegment): string {
  const all = [...dependsOn.values()];
  const events = all.filter((one) => one instanceof EventsWithin).map(({ kind }) => kind);
  const others = all.filter((one) => typeof one === 'string');
  return JSON.stringify([[...new Set(events)].sort(), others.sort()]);
}

function looksAtEventsAlone({ dependsOn }: LiveSegment): boolean {
  return [...dependsOn.values()].every((one) => one instanceof EventsWithin);
}
