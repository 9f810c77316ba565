import type { EventsWithin } from './events-within.js';

/** The dependencies that any event in a stretch of time concerns: one object for each stretch. */
export type Concerned = readonly EventsWithin[];

/** @returns what an event concerns, found by halving: hundreds of periods are not tried for each event */
export function stretchesOf(
  dependencies: readonly EventsWithin[],
  now: Date,
): (occurredAt: Date) => Concerned {
  const periods = dependencies.map((dependency) => ({ dependency, ...dependency.periodAt(now) }));
  const bounds = [...new Set(periods.flatMap(({ from, to }) => [from, to]))].sort((a, b) => a - b);
  const stretches: Concerned[] = [];
  return (occurredAt) => {
    const at = occurredAt.getTime();
    let [low, high] = [0, bounds.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((bounds[middle] ?? Infinity) <= at) low = middle + 1;
      else high = middle;
    }
    return (stretches[low] ??= periods
      .filter(({ from, to }) => from <= at && at < to)
      .map(({ dependency }) => dependency));
  };
}
