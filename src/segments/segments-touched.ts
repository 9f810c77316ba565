import type { DependencyName } from '../definitions/index.js';
import type { Concerned, EventsWithin } from '../rules/index.js';
import { stretchesOf } from '../rules/index.js';
import type { LiveSegment } from './live-segment.js';
import type { SegmentCatalogue } from './segment-catalogue.js';

/** What is new about somebody. */
interface News {
  /** Names of what may be another now. */
  dependencies: ReadonlySet<DependencyName>;
  events: readonly { type: string; occurredAt: Date; properties: Record<string, unknown> }[];
  newcomer: boolean;
  /** Whatever is known of the person may be another now. */
  everything?: boolean;
}

/**
 * Tells which segments may have to change for somebody of whom this is new. The same question gets the same array,
 * within one use of the returned function.
 */
export function segmentsTouched(
  catalogue: SegmentCatalogue,
  now: Date,
): (news: News) => readonly LiveSegment[] {
  const { kept, byDependency, eventsLookedAt, ofNewcomers } = catalogue;
  const stretches = new Map<readonly EventsWithin[], ReturnType<typeof stretchesOf>>();
  const stretchAt = (at: Date, met: readonly EventsWithin[]) => {
    const stretch = stretches.get(met) ?? stretchesOf(met, now);
    stretches.set(met, stretch);
    return stretch(at);
  };
  const numbers = new Map<Concerned, number>();
  const answers = new Map<string, readonly LiveSegment[]>();
  return ({ dependencies, events, newcomer, everything }) => {
    if (everything) return kept;
    const concerned = new Set<Concerned>();
    for (const { type, occurredAt, properties } of events)
      for (const lookedAt of [eventsLookedAt.get(type), eventsLookedAt.get(null)])
        for (const met of lookedAt?.metBy(properties) ?? []) concerned.add(stretchAt(occurredAt, met));
    for (const one of concerned) if (!numbers.has(one)) numbers.set(one, numbers.size);
    const parts = [...concerned].map((one) => numbers.get(one) ?? 0).sort((a, b) => a - b);
    const lookedAt = [...dependencies].filter((name) => byDependency.has(name)).sort();
    const question = [newcomer, ...parts, ...lookedAt].join('\0');
    const known = answers.get(question);
    if (known) return known;
    const names = [...lookedAt, ...[...concerned].flat().map(({ name }) => name)];
    const touched = new Set(newcomer ? ofNewcomers : []);
    for (const name of names) for (const segment of byDependency.get(name) ?? []) touched.add(segment);
    const answer = [...touched];
    answers.set(question, answer);
    return answer;
  };
}
